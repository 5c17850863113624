/* global uPlot, document, window */
(() => {
  "use strict";

  const FIRST_ROWS = 50;
  const HEIGHT = 260;
  const style = (name) => window.getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /** Search, filter and order of one table; its first rows until all are asked for. */
  function enhance(root) {
    const body = root.querySelector("tbody");
    const rows = [...body.rows];
    const search = root.querySelector("input");
    const filter = root.querySelector("select");
    const count = root.querySelector(".count");
    const more = root.querySelector(".more");
    const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
    let all = false;

    const wanted = (row) => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const flag = filter?.value ?? "";
      if (flag !== "" && !row.dataset.flags.split(" ").includes(flag)) return false;
      return words.every((word) => texts.get(row).includes(word));
    };

    function show() {
      let found = 0;
      for (const row of body.rows) {
        const matches = wanted(row);
        if (matches) found += 1;
        row.hidden = !matches || (!all && found > FIRST_ROWS);
      }
      const shown = all ? found : Math.min(found, FIRST_ROWS);
      const of = found === rows.length ? `${rows.length}` : `${found} found, of ${rows.length}`;
      count.textContent = shown === found && found === rows.length ? `${of} rows` : `${shown} shown of ${of}`;
      more.hidden = shown === found;
    }

    const valueOf = (row, index) => {
      const { order } = row.cells[index].dataset;
      return order === undefined ? row.cells[index].textContent.trim() : order;
    };

    function sort(heading, index) {
      const was = heading.getAttribute("aria-sort");
      // What is most or newest comes first, names from A on.
      const down = was === null ? !heading.classList.contains("id") : was === "ascending";
      for (const other of root.querySelectorAll("th")) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const compare = new Intl.Collator("en", { numeric: true }).compare;
      const ordered = [...body.rows].toSorted((a, b) => compare(valueOf(a, index), valueOf(b, index)));
      body.append(...(down ? ordered.toReversed() : ordered));
      show();
    }

    for (const [index, heading] of [...root.querySelectorAll("th")].entries()) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = heading.textContent;
      button.addEventListener("click", () => sort(heading, index));
      heading.replaceChildren(button);
    }
    search.addEventListener("input", show);
    filter?.addEventListener("change", show);
    more.addEventListener("click", () => {
      all = true;
      show();
    });
    root.querySelector(".tools").hidden = rows.length < 6;
    root.querySelector(".after").hidden = rows.length < 6;
    show();
  }

  /** A whole number for each line of the grid. */
  const STEPS = [1, 2, 5]
    .flatMap((n) => Array.from({ length: 12 }, (_, power) => n * 10 ** power))
    .toSorted((a, b) => a - b);

  const number = (value) => value.toLocaleString("en-US");

  /** How a bar's beginning reads below the chart, and in full beside it. */
  const DATES = {
    hour: [
      { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
      { timeStyle: "short" },
    ],
    day: [{ month: "short", day: "numeric" }, {}],
    week: [{ month: "short", day: "numeric", year: "numeric" }, {}],
    month: [{ month: "short", year: "numeric" }, {}],
  };

  /** Pixels that such a date takes, with the room around it. */
  const WIDEST = { hour: 110, day: 60, week: 110, month: 80 };

  const BOTH_AXES = 130;

  /** As many of the beginnings as have room. */
  const every = (times, room) => {
    const step = Math.ceil(times.length / Math.max(1, room));
    return times.filter((_, index) => index % step === 0);
  };

  function draw(place, { columns, timeZone, unit }) {
    const [short, long] = DATES[unit];
    const tick = new Intl.DateTimeFormat("en-US", { timeZone, ...short });
    const whole = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "medium", ...long });
    const date = (seconds) => new Date(seconds * 1000);
    const line = { stroke: style("--line"), width: 1 };
    const axis = { stroke: style("--faint"), grid: line, ticks: line, font: "12px system-ui, sans-serif" };
    const count = { ...axis, size: 54, incrs: STEPS, values: (_, ticks) => ticks.map(number) };
    const upwards = { range: (_, low, high) => [0, Math.max(high * 1.1, 1)] };
    const [times] = columns;
    const half = times.length > 1 ? (times.at(-1) - times[0]) / (times.length - 1) / 2 : 43_200;
    const marks = (label, colour) => ({
      label,
      scale: "marks",
      stroke: colour,
      fill: colour,
      paths: () => null,
      points: { show: true, size: 10, fill: colour, stroke: style("--card"), width: 1.5 },
      value: (...[, value, , at]) => (at === null ? "–" : number(value ?? 0)),
    });
    const bar = style("--bar");
    place.replaceChildren();
    return new uPlot(
      {
        width: place.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(date(seconds), timeZone),
        cursor: { y: false, drag: { x: false, y: false } },
        scales: { x: { range: () => [times[0] - half, times.at(-1) + half] }, y: upwards, marks: upwards },
        axes: [
          {
            ...axis,
            splits: ({ width }) => every(times, (width - BOTH_AXES) / WIDEST[unit]),
            values: (_, ticks) => ticks.map((at) => tick.format(date(at))),
          },
          count,
          {
            ...count,
            scale: "marks",
            side: 1,
            grid: { show: false },
            label: "Marks",
            labelSize: 18,
            labelFont: axis.font,
          },
        ],
        series: [
          { label: "From", value: (_, seconds) => (seconds === null ? "–" : whole.format(date(seconds))) },
          {
            label: "Accesses",
            stroke: bar,
            fill: bar,
            paths: uPlot.paths.bars({ size: [0.8, 48] }),
            points: { show: false },
            value: (_, value) => (value === null ? "–" : number(value)),
          },
          marks("Denied or failed", style("--bad")),
          marks("Broken glass", style("--glass")),
        ],
      },
      columns,
      place,
    );
  }

  function chart() {
    const place = document.getElementById("chart");
    if (place === null) return;
    const data = JSON.parse(document.getElementById("timeline-data").textContent);
    let plot = draw(place, data);
    const again = () => {
      plot.destroy();
      plot = draw(place, data);
    };
    new window.ResizeObserver(() => {
      if (place.clientWidth > 0) plot.setSize({ width: place.clientWidth, height: HEIGHT });
    }).observe(place);
    for (const query of ["(prefers-color-scheme: dark)", "print"])
      window.matchMedia(query).addEventListener("change", again);
  }

  /** A link to a part that is closed opens it, and paper shows them all. */
  function open() {
    const target = document.getElementById(window.location.hash.slice(1));
    if (target?.tagName === "DETAILS") target.open = true;
  }

  for (const root of document.querySelectorAll("[data-table]")) enhance(root);
  chart();
  open();
  window.addEventListener("hashchange", open);
  window.addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.part[data-found]")) part.open = true;
  });
})();
