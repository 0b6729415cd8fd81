/* What unfold's charts cannot say in JSON: amounts in the business currency, the day of each point, and the way from
   a point to the orders behind it. Only for charts whose options have `plugins.packprod`. */
(() => {
  const ours = (chart) => chart.options.plugins.packprod || {};

  const amount = (chart, value, compact) => {
    const currency = ours(chart).currency;
    const style = currency ? { style: "currency", currency } : {};
    const short = compact ? { notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 } : {};
    return new Intl.NumberFormat("en-AU", { ...style, ...short }).format(value);
  };

  Chart.defaults.scales.linear.ticks.callback = function (value) {
    return amount(this.chart, value, true);
  };
  Chart.defaults.plugins.tooltip.callbacks.title = (items) => {
    const title = items[0] && ours(items[0].chart).titles;
    return title ? "" : items[0]?.label;
  };
  Chart.defaults.plugins.tooltip.callbacks.label = (item) => {
    const titles = ours(item.chart).titles?.[item.datasetIndex] || [];
    const name = titles[item.dataIndex] || item.dataset.label;
    return ` ${name}: ${amount(item.chart, item.parsed.y, false)}`;
  };
  Chart.defaults.onClick = (event, points, chart) => {
    const address = points.length && ours(chart).links?.[points[0].index];
    if (address) window.location.assign(address);
  };
  Chart.defaults.onHover = (event, points, chart) => {
    const address = points.length && ours(chart).links?.[points[0].index];
    event.native.target.style.cursor = address ? "pointer" : "default";
  };
})();
