"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // --- figures -----------------------------------------------------------------------------
  // Figures are made for white paper. On a dark page their neutral inks and the darker of their
  // data colours are exchanged; scales that stand for numbers stay what they are.
  const DARK = {
    white: "#161b22", "#ffffff": "#161b22", "rgba(255,255,255,0.75)": "rgba(22,27,34,0.75)",
    "#1a1a1a": "#e6e9ed", "#3a3a3a": "#ccd2d9", "#444444": "#c3cad2", "#5a5a5a": "#aab3bd",
    "#6e6e6e": "#9aa4af", "#8a8a8a": "#929ca7", "#ababab": "#6b7580", "#b8b8b8": "#616b76",
    "#dcdcdc": "#39424d", "#dedede": "#39424d", "#e3e3e3": "#2e3640", "#f0f0f0": "#232a33",
    "#fafafa": "#1b2129", "#edf1f6": "#222b37", "#d3dce8": "#2d3a49",
    "#00691f": "#3fbf6b", "#e3001b": "#ff5c6c", "#0072b2": "#4aa8e0", "#d55e00": "#ff8a3d",
    "#009e73": "#2fc79a", "#6b5500": "#c9a227", "#52215c": "#c58fd0", "#6f6391": "#a79bd0",
    "#3d5a80": "#7fa3d1", "#3d3350": "#b3a6d6", "#00748a": "#38b4cc",
  };
  const DATA = new Set(["colorscale", "customdata", "x", "y", "z", "i", "j", "k", "name"]);
  const recoloured = (value, key) => {
    if (typeof value === "string") {
      return DARK[value] || (value.includes("color:")
        ? value.replace(/color:(#[0-9a-f]{6})/g, (all_, ink) => `color:${DARK[ink] || ink}`)
        : value);
    }
    if (value === null || typeof value !== "object" || DATA.has(key)) return value;
    if (Array.isArray(value)) return value.map((each) => recoloured(each, ""));
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, recoloured(v, k)]));
  };
  // Above the drawing stand title and subtitle, which a card says in its own words.
  const HEAD = 60;
  const CONFIG = {
    displaylogo: false, responsive: false,
    toImageButtonOptions: { format: "png", scale: 2 },
    modeBarButtonsToRemove: ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
  };
  const specs = new Map();
  const spec = (number) => {
    if (!specs.has(number)) {
      specs.set(number, JSON.parse(document.getElementById(`figure-${number}`).textContent));
    }
    return specs.get(number);
  };
  const figure = (number, theme, thumb) => {
    const { data, layout } = spec(number);
    const look = theme === "dark" ? recoloured : (value) => structuredClone(value);
    const made = { data: look(data, "data"), layout: look(layout, "layout") };
    made.layout.hovermode = thumb ? false : made.layout.hovermode;
    if (thumb) delete made.layout.title;
    return made;
  };
  const fit = (holder) => {
    if (!holder.firstElementChild) return;
    const { layout } = spec(holder.dataset.figure);
    const thumb = "thumb" in holder.dataset;
    const cut = thumb ? HEAD : 0;
    const around = getComputedStyle(holder.parentElement);
    const width = holder.parentElement.clientWidth
      - parseFloat(around.paddingLeft) - parseFloat(around.paddingRight);
    if (!(width > 0)) return;
    const most = thumb ? holder.parentElement.clientHeight / (layout.height - cut) : 1;
    const scale = Math.min(1, Math.max(Math.min(width / layout.width, most), thumb ? 0.1 : 0.62));
    holder.style.width = `${layout.width * scale}px`;
    holder.style.height = `${(layout.height - cut) * scale}px`;
    for (const inner of holder.children) {
      inner.style.width = `${layout.width}px`;
      inner.style.transform = `scale(${scale})`;
      inner.style.marginTop = `${-cut * scale}px`;
    }
  };
  // A scene is drawn at the next frame, which is too late when the printer asks for light colours:
  // on a dark page each has a picture in light colours waiting that only paper shows.
  const later = window.requestIdleCallback || ((work) => setTimeout(work, 200));
  const papers = new Map();
  const putOnPaper = async (holder) => {
    const number = holder.dataset.figure;
    if (holder.querySelector("img")) return;
    if (!papers.has(number)) {
      const { data, layout } = figure(number, "light", false);
      const { width, height } = layout;
      papers.set(number, Plotly.toImage({ data, layout }, { format: "png", width, height, scale: 2 }));
    }
    const image = new Image();
    image.alt = "";
    image.src = await papers.get(number);
    if (holder.querySelector("img")) return;
    holder.prepend(image);
    fit(holder);
  };
  const draw = (holder) => {
    const theme = printing ? "light" : root.dataset.theme;
    if (!window.Plotly || holder.dataset.drawn === theme || !holder.offsetParent) return;
    if (printing && holder.querySelector("img")) return;
    const thumb = "thumb" in holder.dataset;
    const inner = holder.querySelector("div") || document.createElement("div");
    holder.append(inner);
    const { data, layout } = figure(holder.dataset.figure, theme, thumb);
    holder.dataset.drawn = theme;
    fit(holder);
    Plotly.react(inner, data, layout, {
      ...CONFIG, displayModeBar: thumb ? false : "hover",
    });
    if (theme === "dark" && layout.scene) later(() => putOnPaper(holder));
  };
  let printing = false;
  const plots = () => all("main .plot");
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) draw(entry.target);
  }, { rootMargin: "400px" });
  plots().forEach((holder) => seen.observe(holder));
  const redraw = () => {
    for (const holder of plots()) {
      if (!holder.dataset.drawn || holder.dataset.drawn === root.dataset.theme) continue;
      if (holder.offsetParent) draw(holder);
      else { Plotly.purge(holder.querySelector("div")); delete holder.dataset.drawn; }
    }
  };
  addEventListener("resize", () => plots().forEach(fit));

  // --- enlarged ----------------------------------------------------------------------------
  const zoom = document.getElementById("zoom");
  const canvas = zoom.querySelector(".zoom-plot");
  for (const button of all(".enlarge")) {
    button.addEventListener("click", () => {
      if (!window.Plotly) return;
      const label = button.getAttribute("aria-label").replace(/^Enlarge: /, "");
      document.getElementById("zoom-title").textContent = label;
      zoom.showModal();
      const { data, layout } = figure(button.dataset.figure, root.dataset.theme, false);
      Plotly.newPlot(canvas, data, layout, CONFIG);
    });
  }
  zoom.addEventListener("close", () => { if (window.Plotly) Plotly.purge(canvas); });
  document.getElementById("zoom-close").addEventListener("click", () => zoom.close());
  zoom.addEventListener("click", (event) => { if (event.target === zoom) zoom.close(); });

  // --- tabs --------------------------------------------------------------------------------
  const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const open = (tab) => {
    for (const other of all("[role=tab]", tab.parentElement)) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      panelOf(other).hidden = !chosen;
    }
    all(".plot", panelOf(tab)).forEach((holder) => { draw(holder); fit(holder); });
  };
  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  for (const list of all("[role=tablist]")) {
    const tabs = all("[role=tab]", list);
    open(tabs[0]);
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[role=tab]");
      if (tab) open(tab);
    });
    list.addEventListener("keydown", (event) => {
      const here = tabs.indexOf(document.activeElement);
      const ends = { Home: 0, End: tabs.length - 1 };
      const step = STEPS[event.key];
      if (here < 0 || (step === undefined && ends[event.key] === undefined)) return;
      event.preventDefault();
      const to = step === undefined ? ends[event.key] : (here + step + tabs.length) % tabs.length;
      open(tabs[to]);
      tabs[to].focus();
    });
  }
  const byHash = () => {
    const panel = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!panel || panel.getAttribute("role") !== "tabpanel") return;
    const outer = panel.parentElement.closest("[role=tabpanel]");
    for (const each of outer ? [outer, panel] : [panel]) {
      open(document.getElementById(each.getAttribute("aria-labelledby")));
    }
    panel.scrollIntoView({ block: "start" });
  };
  addEventListener("hashchange", byHash);
  byHash();

  // --- theme -------------------------------------------------------------------------------
  const toggle = document.getElementById("theme");
  const show = () => {
    const dark = root.dataset.theme === "dark";
    toggle.textContent = dark ? "Light" : "Dark";
    toggle.setAttribute("aria-pressed", String(dark));
  };
  const paint = (theme) => { root.dataset.theme = theme; show(); redraw(); };
  toggle.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    paint(theme);
    try { localStorage.setItem("reasonscape-theme", theme); } catch { /* not kept */ }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    let kept = null;
    try { kept = localStorage.getItem("reasonscape-theme"); } catch { /* nothing kept */ }
    if (!kept) paint(event.matches ? "dark" : "light");
  });
  show();

  // --- commands ----------------------------------------------------------------------------
  const said = document.getElementById("said");
  const copy = async (text, source) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { /* from disk */ }
    const range = document.createRange();
    range.selectNodeContents(source);
    const chosen = getSelection();
    chosen.removeAllRanges();
    chosen.addRange(range);
    return document.execCommand("copy");
  };
  for (const button of all(".copy")) {
    button.addEventListener("click", async () => {
      const source = button.previousElementSibling;
      const done = await copy(source.textContent, source);
      button.textContent = done ? "Copied" : "Selected";
      said.textContent = done ? "Command copied" : "Command selected";
      setTimeout(() => { button.textContent = "Copy"; said.textContent = ""; }, 1800);
    });
  }

  // --- tables ------------------------------------------------------------------------------
  const value = (row, column) => {
    const cell = row.cells[column];
    return "sort" in cell.dataset ? cell.dataset.sort : cell.textContent.trim();
  };
  for (const table of all("table.sortable")) {
    for (const head of all("th[aria-sort]", table)) {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        all("th[aria-sort]", table).forEach((each) => each.setAttribute("aria-sort", "none"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const sign = up ? 1 : -1;
        const order = "number" in head.dataset
          ? (a, b) => sign * (Number(a) - Number(b))
          : (a, b) => sign * a.localeCompare(b);
        // What has no value stands last either way.
        const rows = [...body.rows].map((row) => [value(row, head.cellIndex), row]);
        rows.sort(([a], [b]) => (a === "") - (b === "") || (a === "" ? 0 : order(a, b)));
        body.append(...rows.map(([, row]) => row));
      });
    }
  }
  const filter = document.querySelector(".filter");
  if (filter) {
    filter.hidden = false;
    const of = document.getElementById("of");
    const sift = () => {
      const verdicts = new Set(all("input:checked", filter).map((box) => box.value));
      let count = 0;
      for (const row of document.getElementById("all-findings").tBodies[0].rows) {
        row.hidden = !verdicts.has(row.dataset.verdict)
          || Boolean(of && of.value && row.dataset.of !== of.value);
        count += !row.hidden;
      }
      document.getElementById("rows").textContent = `${count} shown`;
    };
    filter.addEventListener("change", sift);
    sift();
  }

  // --- paper -------------------------------------------------------------------------------
  // The section that is open is printed whole, with every picture, in light colours.
  const unfolded = new Set();
  addEventListener("beforeprint", () => {
    printing = true;
    root.classList.add("printing");
    for (const panel of all(".pictures [role=tabpanel][hidden]")) {
      unfolded.add(panel);
      panel.hidden = false;
    }
    for (const details of all("details:not([open])")) {
      unfolded.add(details);
      details.open = true;
    }
    plots().forEach((holder) => { draw(holder); fit(holder); });
  });
  addEventListener("afterprint", () => {
    printing = false;
    root.classList.remove("printing");
    for (const each of unfolded) {
      if (each.tagName === "DETAILS") each.open = false;
      else each.hidden = true;
    }
    unfolded.clear();
    redraw();
  });
})();
