/**
 * Brings an element with a `popover` attribute in front of everything else, or takes it away. Where there are no
 * popovers, its style keeps it in front of what is no dialog.
 */
export function raise(element: HTMLElement, up = true): void {
  try {
    if (element.matches(':popover-open')) element.hidePopover();
    if (up) element.showPopover();
  } catch {
    // Nothing else is to be done: it is in sight already.
  }
}

/** Opens a dialog as the platform does; where it cannot, as a part of the page that stands in front of it. */
export function openModal(dialog: HTMLDialogElement | null): void {
  if (!dialog || dialog.hasAttribute('open')) return;
  try {
    dialog.showModal();
  } catch {
    const before = focusedElement();
    dialog.addEventListener('close', () => before?.focus(), { once: true });
    dialog.setAttribute('open', '');
    dialog.querySelector<HTMLElement>('input, button')?.focus();
  }
}

export function closeModal(dialog: HTMLDialogElement | null): void {
  if (!dialog?.hasAttribute('open')) return;
  try {
    dialog.close();
  } catch {
    dialog.removeAttribute('open');
    dialog.dispatchEvent(new Event('close'));
  }
}

/** Escape closes a dialog, and nothing that it stands in; no other key of it is the page's either. */
export function onDialogKey(event: KeyboardEvent): void {
  event.stopPropagation();
  if (event.key !== 'Escape') return;
  event.preventDefault();
  closeModal(event.currentTarget as HTMLDialogElement);
}

/** What has the focus, inside of shadow roots too: their hosts cannot take it back for them. */
export function focusedElement(): HTMLElement | undefined {
  return innermost(({ activeElement }) => activeElement) as HTMLElement | undefined;
}

/**
 * Where something must stand to be seen and used, when it cannot be where its element is: in the topmost modal dialog or
 * fullscreen element, which makes all of the page inert but itself, or outside of a part that the page has made inert.
 */
export function placeFor(element: Element): Node | undefined {
  const around = [...lineage(element)];
  const modal = topModal();
  const end = modal ? around.indexOf(modal) : around.length - 1;
  if (end === -1) return modal;
  const shut = around.slice(0, end).filter((one) => one.matches('[inert], [aria-hidden="true"]'));
  return shut.at(-1)?.parentNode ?? undefined;
}

/** Whatever can be hit, and what has the focus, stands in it. */
function topModal(): Element | undefined {
  const centre = innermost((root) => root.elementFromPoint(innerWidth / 2, innerHeight / 2));
  const found = [...lineage(centre), ...lineage(focusedElement())].find(isModal);
  return found ?? [...document.querySelectorAll('dialog')].filter(isModal).at(-1);
}

/** A film that fills the screen shows nothing but itself. */
function isModal(element: Element): boolean {
  try {
    return element.matches(':modal:not(video, iframe, object, embed, img, canvas)');
  } catch {
    return false;
  }
}

function innermost(look: (root: DocumentOrShadowRoot) => Element | null): Element | undefined {
  let found = look(document);
  for (let root = found?.shadowRoot; root; root = found?.shadowRoot) {
    const inner = look(root);
    if (inner?.getRootNode() !== root) break;
    found = inner;
  }
  return found ?? undefined;
}

/** An element and what it stands in, outwards, out of shadow roots and slots too. */
function* lineage(element: Element | undefined): Generator<Element> {
  let at: Node | null | undefined = element;
  while (at) {
    if (at.nodeType === Node.ELEMENT_NODE) yield at as Element;
    at = (at as Element).assignedSlot ?? at.parentNode ?? (at as ShadowRoot).host;
  }
}
