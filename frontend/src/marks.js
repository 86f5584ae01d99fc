// The marks that ECharts does not have, and the formatters that options may name.
const INK = "#1c2430";
const MUTED = "#55606b";
const RULE = "#d5dade";
const SIZE = 12;
const FONT = getComputedStyle(document.body).fontFamily;

function escape(text) {
  return String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const pen = document.createElement("canvas").getContext("2d");

function width(text, size = SIZE) {
  pen.font = `${size}px ${FONT}`;
  return pen.measureText(String(text)).width;
}

// Cuts a name into at most two lines of this width; what does not fit ends in an ellipsis.
function lines(text, room, size) {
  if (width(text, size) <= room) return text;
  const parts = text.match(/[\u2e80-\uffff]|[^\s\u2e80-\uffff]+\s*/g) || [text];
  const out = [""];
  for (const part of parts) {
    if (width(out[out.length - 1] + part.trimEnd(), size) <= room || !out[out.length - 1]) out[out.length - 1] += part;
    else out.push(part);
  }
  const trim = (line) => {
    while (line.length > 1 && width(line.trimEnd() + "…", size) > room) line = line.slice(0, -1);
    return line.trimEnd() + "…";
  };
  const first = width(out[0].trimEnd(), size) > room ? trim(out[0]) : out[0].trimEnd();
  if (out.length === 1) return first;
  const second = out.length > 2 || width(out[1].trimEnd(), size) > room ? trim(out.slice(1).join("")) : out[1].trimEnd();
  return `${first}\n${second}`;
}

function isDark(colour) {
  const found = /^#(..)(..)(..)$/.exec(colour) || [];
  let parts = found.slice(1).map((h) => parseInt(h, 16));
  if (!parts.length) parts = (String(colour).match(/[\d.]+/g) || [255, 255, 255]).slice(0, 3).map(Number);
  const [r, g, b] = parts.map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.2;
}

function line(text, x, y, style) {
  return { type: "text", silent: true, style: { text, x, y, fontSize: SIZE, fontFamily: FONT, fill: INK, textAlign: "center", textVerticalAlign: "middle", ...style } };
}

export const formatters = {
  tip: (p) => escape((p.data && p.data.tip) || p.name || "").replace(/\n/g, "<br>"),
  number: (v) => (typeof v === "number" ? v.toLocaleString("en-US", { maximumFractionDigits: 6 }).replace("-", "\u2212") : v),
  percent: (v) => (v * 100).toLocaleString("en-US", { maximumFractionDigits: 2 }).replace("-", "\u2212") + "%",
  year: (v) => (Number.isInteger(v) ? String(v) : ""),
  narrow: (name) => lines(name, 98, 11),
  middle: (name) => lines(name, 174, 11),
  label: (p) => (p.data && p.data.text) || "",
};

export const renderers = {
  // A cell of a tile map or heat map. value: [column, row, figure]; data: text, short, shown, mark ("host" | "origin").
  // Names are shown on all cells or on none; figures where nearly all of them fit, with dots for those that do not,
  // so that a blank never looks like a missing figure.
  tile: (series) => (params, api) => {
    const item = series.data[params.dataIndex];
    const [cx, cy] = api.coord([api.value(0), api.value(1)]);
    const [w, h] = api.size([1, 1]).map((v) => Math.max(v - 3, 2));
    const known = item.value[2] !== null && item.value[2] !== undefined;
    const fill = known ? api.visual("color") : "#ffffff";
    const ink = known && isDark(fill) ? "#ffffff" : INK;
    const strong = item.mark === "host";
    const children = [
      {
        type: "rect",
        shape: { x: cx - w / 2, y: cy - h / 2, width: w, height: h, r: 2 },
        style: {
          fill,
          stroke: strong ? INK : item.mark === "origin" ? MUTED : RULE,
          lineWidth: strong ? 2.5 : 1,
          lineDash: item.mark === "origin" ? [4, 3] : undefined,
        },
      },
    ];
    const fits = (key, size) => series.data.every((one) => !one[key] || width(one[key], size) <= w - 2);
    const size = fits("text", SIZE) ? SIZE : 11;
    const head = fits("text", size) ? item.text : fits("short", size) ? item.short : "";
    const known_fit = series.data.filter((one) => width(one.shown, 11) <= w - 1).length;
    const figure = width(item.shown, 11) <= w - 1 ? item.shown : "…";
    const shown = known_fit >= 0.8 * series.data.length ? figure : "";
    if (head && shown && h >= 2.6 * SIZE) {
      children.push(
        line(head, cx, cy - SIZE * 0.65, { fill: ink, fontSize: size }),
        line(shown, cx, cy + SIZE * 0.7, { fill: ink, fontWeight: w < 60 ? 400 : 600, fontSize: w < 60 ? 11 : SIZE }),
      );
    } else if (head || shown) {
      children.push(line(head || shown, cx, cy, { fill: ink, fontSize: head || w >= 60 ? size : 11 }));
    }
    return { type: "group", children };
  },

  // A bar from start to end in a row. value: [start, row, end, weight 0..1]; data: text, colour.
  span: (series) => (params, api) => {
    const item = series.data[params.dataIndex];
    const [x0, y] = api.coord([api.value(0), api.value(1)]);
    const [x1] = api.coord([api.value(2), api.value(1)]);
    const room = api.size([0, 1])[1] * 0.8;
    const h = Math.max(room * Math.sqrt(api.value(3)), 2);
    const w = Math.max(x1 - x0 - 3, 2);
    const children = [
      { type: "rect", shape: { x: x0 + 1.5, y: y - h / 2, width: w, height: h, r: 2 }, style: { fill: item.colour } },
    ];
    if (width(item.text) <= w - 6) {
      // Over a thick bar the label stands on it; over a thin one it stands above, on white.
      const inside = h >= SIZE + 3;
      children.push(
        line(item.text, x0 + 1.5 + w / 2, inside ? y : y - h / 2 - SIZE * 0.62, inside ? { fill: isDark(item.colour) ? "#ffffff" : INK } : {}),
      );
    }
    return { type: "group", children };
  },

  // A dot with its interval. value: [figure, row, low, high]; data: colour, hollow.
  interval: (series) => (params, api) => {
    const item = series.data[params.dataIndex];
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [a] = api.coord([api.value(2), api.value(1)]);
    const [b] = api.coord([api.value(3), api.value(1)]);
    const stroke = { stroke: item.colour, lineWidth: 2 };
    return {
      type: "group",
      children: [
        { type: "line", shape: { x1: a, y1: y, x2: b, y2: y }, style: stroke },
        { type: "line", shape: { x1: a, y1: y - 4, x2: a, y2: y + 4 }, style: stroke },
        { type: "line", shape: { x1: b, y1: y - 4, x2: b, y2: y + 4 }, style: stroke },
        { type: "circle", shape: { cx: x, cy: y, r: 5 }, style: { ...stroke, fill: item.hollow ? "#ffffff" : item.colour } },
      ],
    };
  },
};
