// The page's own behaviour: language, sorting and filtering of tables, contents. Nothing is fetched or sent.
(function () {
  "use strict";
  var root = document.documentElement;
  var KEY = "hinterland-language";

  function stored() {
    try { return window.localStorage.getItem(KEY); } catch (e) { return null; }
  }
  function store(value) {
    try { window.localStorage.setItem(KEY, value); } catch (e) { /* a page opened from a file may not have it */ }
  }
  function asked() {
    var found = /[#&?]lang=(en|zh)/.exec(window.location.hash + window.location.search);
    return found ? (found[1] === "zh" ? "zh-CN" : "en") : null;
  }

  function speak(language) {
    var short = language === "zh-CN" ? "zh" : "en";
    root.lang = language;
    document.title = document.body.getAttribute("data-title-" + short);
    document.querySelectorAll("[data-attr]").forEach(function (node) {
      node.setAttribute(node.getAttribute("data-attr"), node.getAttribute("data-" + short));
    });
    document.querySelectorAll("abbr.unknown").forEach(function (node) {
      node.title = document.body.getAttribute("data-unknown-" + short);
    });
    document.querySelectorAll("[data-language]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-language") === language));
    });
    if (window.hinterlandCharts) window.hinterlandCharts.drawAll();
  }

  document.querySelectorAll("[data-language]").forEach(function (button) {
    button.addEventListener("click", function () {
      var language = button.getAttribute("data-language");
      store(language);
      // Keep the reader's place: the two languages differ in length.
      var anchor = document.elementFromPoint(window.innerWidth / 2, window.innerHeight / 3);
      var before = anchor ? anchor.getBoundingClientRect().top : 0;
      speak(language);
      if (anchor && anchor.offsetParent) window.scrollBy(0, anchor.getBoundingClientRect().top - before);
    });
  });

  function text(cell) {
    var own = cell.querySelector('[lang="' + root.lang + '"]');
    return (own || cell).textContent.trim();
  }
  function number(shown) {
    var value = parseFloat(shown.replace(/[,%+]/g, "").replace("\u2212", "-"));
    return isNaN(value) ? null : value;
  }
  document.querySelectorAll("th .sort").forEach(function (button) {
    button.addEventListener("click", function () {
      var head = button.closest("th");
      var table = head.closest("table");
      var down = head.getAttribute("aria-sort") === "ascending";
      var numeric = head.classList.contains("n");
      var sign = down ? -1 : 1;
      var rows = Array.prototype.slice.call(table.tBodies[0].rows).map(function (row) {
        var shown = text(row.cells[head.cellIndex]);
        return { row: row, key: numeric ? number(shown) : shown };
      });
      rows.sort(function (a, b) {
        if (!numeric) return sign * a.key.localeCompare(b.key, root.lang, { numeric: true });
        if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
        return sign * (a.key - b.key);
      });
      rows.forEach(function (item) { table.tBodies[0].appendChild(item.row); });
      table.querySelectorAll("th[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });
  document.querySelectorAll("[data-filter]").forEach(function (input) {
    var table = document.querySelector('table[data-table="' + input.getAttribute("data-filter") + '"]');
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase();
      Array.prototype.forEach.call(table.tBodies[0].rows, function (row) {
        row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
  });

  // A link to a closed table opens it, and every table is on paper when the reader prints with it open.
  function reveal() {
    var id = decodeURIComponent(window.location.hash.slice(1));
    var target = id && document.getElementById(id);
    var closed = target && target.closest("details:not([open])");
    if (closed) { closed.open = true; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", function () {
    if (asked()) speak(asked());
    reveal();
  });

  var links = {};
  document.querySelectorAll("nav.contents a").forEach(function (link) { links[link.hash.slice(1)] = link; });
  if ("IntersectionObserver" in window) {
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
        links[entry.target.id].setAttribute("aria-current", "true");
      });
    }, { rootMargin: "0px 0px -80% 0px" });
    Object.keys(links).forEach(function (id) {
      var section = document.getElementById(id);
      if (section) watcher.observe(section);
    });
  }
  if (window.matchMedia("(max-width: 74.99rem)").matches) {
    document.querySelector("nav.contents details").open = false;
  }

  speak(asked() || stored() || root.lang);
  if (window.hinterlandCharts) window.hinterlandCharts.start();
  reveal();
})();
