// Radar and line charts. A frame's `data-chart` holds the kind and the numbers, ready to show;
// nothing is computed here. Numbers are written by the server's own texts.

import { LineChart, RadarChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, RadarComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

import { colours, FONT, tooltip } from "./paint.js";

use([GridComponent, LineChart, MarkLineComponent, RadarChart, RadarComponent, SVGRenderer, TooltipComponent]);

const charts = new Map();

function radar({ axes, series }, paint, narrow) {
  // What stands beside the figure needs its room on a phone.
  const short = axes.length > 4 && axes.every((axis) => axis.short.length <= 10);
  return {
    tooltip: {
      ...tooltip(paint),
      formatter: () =>
        axes.map((axis) => `${axis.name}: <b>${axis.text}</b>`).join("<br>"),
    },
    radar: {
      radius: narrow ? (short ? "60%" : "47%") : "66%",
      indicator: axes.map((axis) => ({ name: axis.short, max: 100 })),
      splitNumber: 4,
      axisName: {
        color: paint.ink,
        fontFamily: FONT,
        fontSize: 12,
        formatter: (name) => {
          const axis = axes.find((each) => each.short === name);
          return `{s|${name}}\n{n|${axis.text}}`;
        },
        rich: {
          s: { color: paint.ink, fontSize: 13, fontWeight: 600, lineHeight: 18, fontFamily: FONT },
          n: { color: paint.quiet, fontSize: 12, lineHeight: 18, fontFamily: FONT },
        },
      },
      axisLine: { lineStyle: { color: paint.line } },
      splitLine: { lineStyle: { color: paint.line } },
      splitArea: { show: false },
    },
    series: [
      {
        type: "radar",
        symbolSize: 6,
        data: series.map((each) => ({ value: each.values, name: each.name })),
        lineStyle: { color: paint.accent, width: 2 },
        itemStyle: { color: paint.accent },
        areaStyle: { color: paint.accent, opacity: 0.16 },
      },
    ],
  };
}

function line({ labels, values, texts, min, max, marks = [] }, paint) {
  return {
    grid: { left: 44, right: 44, top: marks.length ? 30 : 14, bottom: 34 },
    tooltip: {
      ...tooltip(paint),
      trigger: "axis",
      formatter: ([point]) => `${labels[point.dataIndex]}: <b>${texts[point.dataIndex]}</b>`,
    },
    xAxis: {
      type: "category",
      data: labels,
      boundaryGap: false,
      axisLine: { lineStyle: { color: paint.line } },
      axisTick: { show: false },
      axisLabel: { color: paint.quiet, fontFamily: FONT, hideOverlap: true, margin: 14 },
    },
    yAxis: {
      type: "value",
      min,
      max,
      splitNumber: 4,
      axisLabel: { color: paint.quiet, fontFamily: FONT },
      splitLine: { lineStyle: { color: paint.line } },
    },
    series: [
      {
        type: "line",
        data: values,
        connectNulls: false,
        symbolSize: 6,
        lineStyle: { color: paint.accent, width: 2.5 },
        itemStyle: { color: paint.accent },
        markLine: breaks(marks, paint),
      },
    ],
  };
}

// Where before and after are not measured alike: an upright line with a word.
function breaks(marks, paint) {
  return {
    symbol: "none",
    silent: true,
    animation: false,
    lineStyle: { color: paint.quiet, type: "dashed", width: 1.5 },
    label: { color: paint.ink, fontFamily: FONT, fontSize: 12, distance: 4 },
    data: marks.map(({ at, word }) => ({ xAxis: at, label: { formatter: word } })),
  };
}

const KINDS = { radar, line };

function render(frame, chart) {
  const { kind, ...data } = JSON.parse(frame.dataset.chart);
  const option = KINDS[kind](data, colours(), frame.clientWidth < 420);
  chart.setOption({ animation: !matchMedia("(prefers-reduced-motion: reduce)").matches, ...option });
}

export function drawChart(frame) {
  if (charts.has(frame)) return;
  const chart = init(frame, null, { renderer: "svg" });
  charts.set(frame, chart);
  render(frame, chart);
  new ResizeObserver(() => chart.resize()).observe(frame);
  // A live change rewrites the attribute: the chart moves to the new numbers.
  new MutationObserver(() => render(frame, chart)).observe(frame, {
    attributeFilter: ["data-chart"],
  });
}

document.addEventListener("phucvu:theme", () => {
  charts.forEach((chart, frame) => render(frame, chart));
});
