/* The address may name a file that could not be opened, the server being away: once it answers, the page is loaded again. */
export default (plot) => {
  const SOON = 5000; // ms in which another file may still be on its way
  let wentAt = 0;
  for (const event of ["_dashprivate_pushstate", "popstate"]) plot.listen(window, event, () => (wentAt = performance.now()));
  plot.on("answered", () => {
    const [, asked] = location.pathname.match(/\/label\/(\d+)$/) || [];
    const { recording } = plot.view;
    if (asked && recording && Number(asked) !== recording.id && performance.now() - wentAt > SOON) location.reload();
  });
};
