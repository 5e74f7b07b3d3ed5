/* Reload the page when the server answers again, if the address names a file that could not be opened. */
export default (plot) => {
  const SOON = 5000; // ms in which another file may still be loading
  let wentAt = 0;
  for (const event of ["_dashprivate_pushstate", "popstate"]) plot.listen(window, event, () => (wentAt = performance.now()));
  plot.on("answered", () => {
    const [, asked] = location.pathname.match(/\/label\/(\d+)$/) || [];
    const { recording } = plot.view;
    if (asked && recording && Number(asked) !== recording.id && performance.now() - wentAt > SOON) location.reload();
  });
};
