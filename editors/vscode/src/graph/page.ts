// The document of the import graph's page. It must not know the data or how it is drawn.

/** What the document refers to. */
export interface Sources {
  /** The origin that the editor serves the page's files from. */
  readonly origin: string;
  readonly script: string;
  readonly style: string;
  /** A new random word for each document. */
  readonly nonce: string;
}

/** The document. Its policy lets only the one script and the one style sheet in, and no connection out. */
export function page({ origin, script, style, nonce }: Sources): string {
  const policy = `default-src 'none'; style-src ${origin}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Import graph</title>
</head>
<body>
<header>
  <div class="search">
    <input id="search" type="search" placeholder="Find a module" aria-label="Find a module" autocomplete="off"
      spellcheck="false" role="combobox" aria-expanded="false" aria-controls="matches">
    <ul id="matches" role="listbox" aria-label="Modules found" hidden></ul>
  </div>
  <label class="package">Package <select id="package"></select></label>
  <label><input id="cycles-only" type="checkbox"> Only cycles</label>
  <label><input id="later" type="checkbox" checked> Deferred and typing imports</label>
  <label><input id="follow" type="checkbox"> Follow editor</label>
  <span class="space"></span>
  <span id="summary" role="status"></span>
  <button id="fit" title="Show everything">Fit</button>
  <button id="refresh" title="Ask the server again">Refresh</button>
</header>
<main>
  <div id="stage">
    <canvas id="canvas" tabindex="0" role="img" aria-label="Map of the modules and their imports"></canvas>
    <svg id="overlay" aria-label="Imports of the selected module and of cycles"></svg>
    <div id="tip" role="tooltip" hidden></div>
    <p id="notice" hidden></p>
    <ul id="legend" aria-label="Legend">
      <li><i class="cycle"></i> on a cycle</li>
      <li><i class="out"></i> imports</li>
      <li><i class="in"></i> is imported by</li>
      <li><i class="later"></i> deferred or typing</li>
    </ul>
  </div>
  <aside>
    <section id="module" aria-label="Selected module"></section>
    <section id="cycles" aria-label="Import cycles"></section>
  </aside>
</main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>
`;
}
