// Starts the viewer on the document of this server. What would ask anybody else (fonts, proxy, telemetry, assistants) is off, and the
// policy of the page forbids it as well.
const place = document.querySelector('#reference');
Scalar.createApiReference(place, {
  url: place.dataset.document,
  theme: 'none',
  layout: 'modern',
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
  hideDarkModeToggle: true,
  documentDownloadType: 'direct',
  defaultOpenFirstTag: true,
  operationTitleSource: 'summary',
  authentication: { preferredSecurityScheme: 'key' },
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
});

// The bar above has the switch of the theme: the viewer follows it.
const follow = () => {
  const dark = document.documentElement.dataset.theme === 'dark';
  document.body.classList.toggle('dark-mode', dark);
  document.body.classList.toggle('light-mode', !dark);
};
follow();
new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ['data-theme'] });
