// Draws the charts of a page: the element with data-chart="NAME" shows the option of that name for the page's language.
// The script element "charts" holds all options, {NAME: {en, zh}}, as JSON, compressed: as plain text they would be a
// third of a page. Options are plain data; a string "hl:NAME" stands for a function below.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart, SankeyChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendPlainComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import { formatters, renderers } from "./marks.js";

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  SankeyChart,
  ScatterChart,
  AriaComponent,
  GridComponent,
  LegendPlainComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  LabelLayout,
  SVGRenderer,
]);

const TOO_OLD = {
  en: "This browser is too old to draw charts. The tables hold their figures.",
  zh: "此浏览器版本过旧，无法绘图；数据见各表。",
};

const drawn = new Map();
let options = null;

async function unpack() {
  const text = document.getElementById("charts")?.textContent ?? "";
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

function language() {
  return document.documentElement.lang.startsWith("zh") ? "zh" : "en";
}

// Replaces every "hl:NAME" by its function; a renderer is given the series it draws, so that it can read its data.
function revive(node, series) {
  if (Array.isArray(node)) return node.map((item) => revive(item, series));
  if (node === null || typeof node !== "object") return node;
  const out = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === "series" && Array.isArray(value)) out[key] = value.map((one) => revive(one, one));
    else if (key === "data") out[key] = value;
    else if (typeof value === "string" && value.startsWith("hl:")) {
      const name = value.slice(3);
      out[key] = key === "renderItem" ? renderers[name](series) : formatters[name];
    } else out[key] = revive(value, series);
  }
  return out;
}

// Draws a chart anew for its room (or for a width in pixels): what an option says for narrow rooms only must not stay
// when there is more of it.
function draw(element, width = "auto") {
  const option = options?.[element.dataset.chart];
  if (!option || element.clientWidth === 0) return;
  let chart = drawn.get(element);
  if (!chart) {
    chart = echarts.init(element, null, { renderer: "svg" });
    drawn.set(element, chart);
  }
  chart.resize({ width });
  chart.setOption(revive(option[language()]), { notMerge: true });
  element.dataset.drawn = language();
}

let turn = 0;

// Draws what the reader sees at once and the others one by one when there is time, so that a page of many charts can
// be read and scrolled from the start.
function drawAll() {
  turn += 1;
  const mine = turn;
  const near = [];
  const later = [];
  document.querySelectorAll("[data-chart]").forEach((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    (bottom > -window.innerHeight && top < 2 * window.innerHeight ? near : later).push(element);
  });
  near.forEach((element) => draw(element));
  const next = () => {
    if (mine !== turn || later.length === 0) return;
    draw(later.shift());
    setTimeout(next, 0);
  };
  setTimeout(next, 0);
}

function start() {
  if (typeof DecompressionStream === "undefined") {
    document.querySelectorAll("[data-chart]").forEach((element) => {
      element.textContent = `${TOO_OLD.en} ${TOO_OLD.zh}`;
    });
    return;
  }
  unpack().then((found) => {
    options = found;
    drawAll();
  });
  let waiting = 0;
  window.addEventListener("resize", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(drawAll);
  });
  // Paper is narrower than most windows; the page's width in print is not known to the script, so a safe one is used.
  window.addEventListener("beforeprint", () => {
    turn += 1;
    document.querySelectorAll("[data-chart]").forEach((element) => draw(element, 640));
  });
  window.addEventListener("afterprint", drawAll);
}

window.hinterlandCharts = { start, drawAll };
