// Exchanges over time, drawn by uPlot: a campaign above everyone, on one line of time.

const timelines = [];

function timelineOptions(element, title, tint, height, marks, sync, axis) {
  const soft = colour("soft");
  const line = colour("line");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return {
    width: element.clientWidth,
    height,
    padding: [marks.length ? 24 : 10, 20, 0, 0],
    cursor: { y: false, sync: { key: sync }, points: { size: 6 }, drag: { x: true, y: false } },
    legend: { live: true },
    scales: { x: { time: true, range: (_, first, last) => [first, last + time.width] }, y: { range: (_, low, high) => [0, high * 1.08 || 1] } },
    axes: [
      {
        stroke: soft,
        grid: { show: false },
        ticks: { stroke: line },
        font,
        size: axis ? 34 : 6,
        space: 70,
        values: (_, values) => values.map((at) => (axis ? dated(at) : "")),
      },
      {
        stroke: soft,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        font,
        size: 64,
        splits: (_, __, low, high) => [0, roundBelow(high) / 2, roundBelow(high)],
        values: (_, values) => values.map(brief),
      },
    ],
    series: [
      { label: "at (UTC)", value: (_, at) => (at === null ? "" : utc(at)) },
      {
        label: title,
        stroke: tint,
        width: 1.5,
        fill: tint.replace("rgb(", "rgba(").replace(")", ", 0.14)"),
        points: { show: false },
        paths: uPlot.paths.stepped({ align: 1, extend: true }),
        value: (_, value) => (value === null ? "" : grouped(value)),
      },
    ],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1e3), "UTC"),
    hooks: { draw: [(chart) => drawMarks(chart, marks, soft, font)] },
  };
}

// The largest number below `value` that halves to something a person reads at once.
function roundBelow(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [10, 8, 6, 5, 4, 3, 2, 1].find((steps) => steps * size <= value) * size || 1;
}

function brief(value) {
  if (value >= 1e6) return +(value / 1e6).toPrecision(3) + " M";
  return value >= 1e4 ? +(value / 1e3).toPrecision(3) + " k" : grouped(value);
}

function utc(at) {
  return new Date(at * 1e3).toISOString().slice(0, 16).replace("T", " ");
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function dated(at) {
  const moment = new Date(at * 1e3);
  if (at % 86400) return moment.toISOString().slice(11, 16);
  return `${moment.getUTCDate()} ${MONTHS[moment.getUTCMonth()]}`;
}

function drawMarks(chart, marks, tint, font) {
  const context = chart.ctx;
  const scale = devicePixelRatio;
  for (const [at, label] of marks) {
    const x = Math.round(chart.valToPos(at, "x", true));
    context.save();
    context.strokeStyle = context.fillStyle = tint;
    context.setLineDash([4 * scale, 3 * scale]);
    context.lineWidth = scale;
    context.beginPath();
    context.moveTo(x, chart.bbox.top);
    context.lineTo(x, chart.bbox.top + chart.bbox.height);
    context.stroke();
    context.font = font.replace("12px", `${12 * scale}px`);
    const isLate = x > chart.bbox.left + chart.bbox.width * 0.7;
    context.textAlign = isLate ? "right" : "left";
    context.fillText(label, x + (isLate ? 3 : -3) * scale, chart.bbox.top - 7 * scale);
    context.restore();
  }
}

// `parts` are [title, colour name, height, counts, marks]; the last one carries the dates.
function drawTimeline(element, starts, parts) {
  const key = element.dataset.key || (element.dataset.key = "t" + timelines.length);
  const drawAll = () => {
    if (!element.clientWidth) return;
    element.replaceChildren();
    parts.forEach(([title, tint, height, counts, marks], number) => {
      const last = number === parts.length - 1;
      const options = timelineOptions(element, title, colour(tint), height, marks, key, last);
      new uPlot(options, [starts, counts], element);
    });
  };
  timelines.push(drawAll);
  drawAll();
}

function redrawTimelines() {
  timelines.forEach((drawAll) => drawAll());
}
