// Shows the photos that were chosen, lets more be added, and says that they are being sent. The page works without it.
const input = document.querySelector('#photos');
const form = document.querySelector('form');
const list = document.querySelector('#chosen');
const status = document.querySelector('#chosen-status');
const choose = document.querySelector('[data-choose]');
const chooseText = choose.textContent;
const { most, add, remove, one, many } = input.dataset;
let chosen = [];

document.documentElement.classList.add('scripted');
document.querySelector('#problem')?.focus();

const isSame = (a, b) => a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;

input.addEventListener('change', () => {
  const fresh = [...input.files].filter((file) => !chosen.some((other) => isSame(file, other)));
  chosen = [...chosen, ...fresh].slice(-Number(most));
  show();
});

function show() {
  const transfer = new DataTransfer();
  for (const file of chosen) transfer.items.add(file);
  input.files = transfer.files;
  for (const image of list.querySelectorAll('img')) URL.revokeObjectURL(image.src);
  list.replaceChildren(...chosen.map(item));
  list.hidden = chosen.length === 0;
  choose.textContent = chosen.length === 0 ? chooseText : add;
  status.textContent = chosen.length === 1 ? one : many.replace('0', String(chosen.length));
}

function item(file) {
  const entry = document.createElement('li');
  const image = document.createElement('img');
  image.src = URL.createObjectURL(file);
  image.alt = file.name;
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = remove;
  button.setAttribute('aria-label', `${remove}: ${file.name}`);
  button.addEventListener('click', () => {
    chosen = chosen.filter((other) => other !== file);
    show();
    input.focus();
  });
  entry.append(image, button);
  return entry;
}

form.addEventListener('submit', () => {
  const button = form.querySelector('button[type=submit]');
  button.disabled = true;
  button.textContent = button.dataset.sending;
  document.querySelector('#sending-status').textContent = button.dataset.sending;
});

// Who comes back by the browser's button may send again.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) location.reload();
});
