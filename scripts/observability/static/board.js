// Draws one of the dashboards that Grafana is given: asks Prometheus for each panel's expressions.
// ?minutes=10 says how far back.
const COLOURS = ["#3b82f6", "#10b981", "#f59e0b", "#8b5cf6", "#ec4899", "#14b8a6", "#84cc16", "#f97316", "#6366f1", "#64748b"];
const POINTS = 120;
const RATE_S = 20;
const minutes = Number(new URLSearchParams(location.search).get("minutes") || 10);

const UNITS = {
  percentunit: (v) => `${(v * 100).toFixed(Math.abs(v) < 0.1 ? 1 : 0)} %`,
  s: (v) => (Math.abs(v) >= 1 ? `${+v.toFixed(1)} s` : `${+(v * 1000).toFixed(1)} ms`),
  reqps: (v) => `${+v.toFixed(2)}/s`,
  ops: (v) => `${+v.toFixed(2)}/s`,
  none: (v) => `${+v.toFixed(2)}`,
};

const legend = (format, metric) => {
  if (format !== "__auto") return format.replace(/{{(\w+)}}/g, (_, name) => metric[name] ?? "").trim();
  const own = Object.entries(metric).filter(([name]) => name !== "__name__");
  return own.map(([, value]) => value).join(" ") || "value";
};

const ask = async (what, target, more) => {
  const query = target.expr.replaceAll("$__rate_interval", `${RATE_S}s`);
  const answer = await get(`/prometheus/${what}?${new URLSearchParams({ query, ...more })}`);
  return answer.data ? answer.data.result : [];
};

const limits = (panel) => panel.fieldConfig.defaults.thresholds.steps;

// The colour of the last step that the value has reached.
const colour = (panel, value) =>
  limits(panel).filter((step) => step.value === null || value >= step.value).at(-1).color;

const stat = async (panel, box) => {
  const [target] = panel.targets;
  const unit = UNITS[panel.fieldConfig.defaults.unit];
  const found = await ask("query", target, {});
  const stats = found.map(({ metric, value }) => {
    const number = Number(value[1]);
    const name = legend(target.legendFormat, metric);
    const text = Number.isFinite(number) ? unit(number) : "–";
    return element("div", { className: `stat ${colour(panel, number)}` }, text, element("small", { textContent: name }));
  });
  box.append(stats.length ? element("div", { className: "stats" }, ...stats) : nothing());
};

const nothing = () => element("div", { className: "none", textContent: "nothing has happened" });

const graph = async (panel, box) => {
  const [target] = panel.targets;
  const unit = UNITS[panel.fieldConfig.defaults.unit];
  const end = Math.floor(Date.now() / 1000);
  const start = end - minutes * 60;
  const step = Math.max(1, Math.round((end - start) / POINTS));
  const found = await ask("query_range", target, { start, end, step });
  if (!found.length) return box.append(nothing());
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, i) => start + i * step);
  const series = found.map(({ metric, values }, i) => {
    const at = new Map(values.map(([time, value]) => [Math.round(time), Number(value)]));
    const data = times.map((time) => (Number.isFinite(at.get(time)) ? at.get(time) : null));
    return { label: legend(target.legendFormat, metric), colour: COLOURS[i % COLOURS.length], data };
  });
  const limit = limits(panel).find((each) => each.value !== null);
  if (limit) {
    const last = series.map(({ data }) => data.at(-1)).filter((v) => v !== null);
    if (last.some((value) => colour(panel, value) === "red")) box.classList.add("bad");
    series.push({ label: "limit", colour: "#dc2626", data: times.map(() => limit.value), dash: [5, 4] });
  }
  const drawn = element("div");
  box.append(drawn, element("div", { className: "legend" }, ...series.map(named)));
  draw(drawn, times, series, unit, box.clientWidth - 22);
};

const named = ({ label, colour: background }) => {
  const mark = element("i");
  mark.style.background = background;
  return element("span", {}, mark, label);
};

const draw = (where, times, series, unit, width) => {
  const isCrowded = series.length > 3;
  const lines = series.map(({ label, colour: stroke, dash }) =>
    ({ label, stroke, dash, width: 1.5, points: { show: false }, spanGaps: true, fill: dash || isCrowded ? undefined : `${stroke}14` }));
  const clock = (time) => new Date(time * 1000).toTimeString().slice(0, 5);
  const axis = { font: "10px system-ui", stroke: "#6b7280", grid: { stroke: "#eef0f2" }, ticks: { show: false } };
  new uPlot({
    width, height: 156, legend: { show: false }, cursor: { show: false },
    scales: { y: { range: (_, low, high) => [Math.min(0, low), high > 0 ? high * 1.08 : 1] } },
    axes: [{ ...axis, size: 22, space: 70, values: (_, ticks) => ticks.map(clock) }, { ...axis, size: 56, values: (_, ticks) => ticks.map(unit) }],
    series: [{}, ...lines],
  }, [times, ...series.map(({ data }) => data)], where);
};

const show = async () => {
  const name = location.pathname.split("/").at(-1);
  const board = await get(`/dashboards/${name}.json`);
  document.title = board.title;
  const grid = document.getElementById("board");
  await Promise.all(board.panels.map(async (panel) => {
    const { w } = panel.gridPos;
    const about = panel.description || panel.targets[0].expr;
    const box = element("section", { className: "panel" },
      element("h2", { textContent: panel.title }), element("p", { textContent: about, title: panel.targets[0].expr }));
    box.style.gridColumn = `span ${w}`;
    grid.append(box);
    await (panel.type === "stat" ? stat : graph)(panel, box);
  }));
  document.body.dataset.ready = "yes";
};

header().then(show);
