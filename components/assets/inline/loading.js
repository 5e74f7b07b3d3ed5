/* Runs before all other scripts. A page requests its scripts, styles and layout once. If the server is away then, load the
   page again when it answers the request that failed; changes are kept in the browser. */
const request = window.fetch.bind(window);
window.loadAgain = async (url) => {
  const response = await request(url).catch(() => null);
  response?.ok ? location.reload() : setTimeout(loadAgain, 1000, url);
};
window.addEventListener("error", ({ target: { localName, src, href } }) => /^(script|link)$/.test(localName) && loadAgain(src || href), true);
window.addEventListener("unhandledrejection", ({ reason }) => String(reason?.message).match(/(?<=imported module: )http\S+/)?.forEach((url) => loadAgain(url)));
