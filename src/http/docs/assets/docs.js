// Runs in the head of every page: the theme stands before anything is painted. Keeps the choice where the API
// reference keeps its own, so that both agree.
const chosen = () => {
  const kept = localStorage.getItem('colorMode');
  if (kept === 'light' || kept === 'dark') return kept;
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
};
const show = () => {
  document.documentElement.dataset.theme = chosen();
};
show();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);

document.addEventListener('DOMContentLoaded', () => {
  document.querySelector('.theme')?.addEventListener('click', () => {
    localStorage.setItem('colorMode', chosen() === 'dark' ? 'light' : 'dark');
    show();
  });

  const menu = document.querySelector('.menu');
  const pages = document.querySelector('nav.pages');
  const open = (wanted) => {
    pages?.classList.toggle('open', wanted);
    menu?.setAttribute('aria-expanded', String(pages?.classList.contains('open') ?? false));
  };
  menu?.addEventListener('click', () => open());
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') open(false);
  });
  pages?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });

  for (const block of document.querySelectorAll('.code')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(block.querySelector('code')?.textContent?.trimEnd() ?? '');
      button.textContent = 'Copied';
      setTimeout(() => {
        button.textContent = 'Copy';
      }, 1500);
    });
    block.append(button);
  }
});
