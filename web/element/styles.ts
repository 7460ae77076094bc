import { css, type CSSResult, unsafeCSS } from 'lit';

/** Name, what it is in light and in dark surroundings, and the name by which a page replaces it if it is another. */
const COLOURS = [
  ['bg', '#ffffff', '#16181d', 'background'],
  ['raised', '#f6f7f9', '#1e2128'],
  ['hover', '#f0f2f5', '#262a33'],
  ['text', '#171a21', '#eceef3'],
  ['muted', '#5a6272', '#a5adbb'],
  ['line', '#e3e6eb', '#2d323c', 'border'],
  ['control', '#7b8494', '#7f8898'],
  ['accent', '#3a51d6', '#9db0ff'],
  ['on-accent', '#ffffff', '#14161b'],
  ['tint', '#f3f5ff', '#1c2130'],
  ['badge', '#d42c21', '#d42c21'],
  ['on-badge', '#ffffff', '#ffffff'],
  ['info', '#3a51d6', '#9db0ff'],
  ['success', '#15784a', '#5fd39b'],
  ['warning', '#935900', '#f2b856'],
  ['error', '#c0261c', '#ff9189'],
  ['danger', '#c0261c', '#ff9189'],
  ['on-danger', '#ffffff', '#1b0b0a'],
  ['edge', 'rgb(20 24 40 / .06)', 'rgb(255 255 255 / .08)'],
  ['cast', 'rgb(20 24 40 / .22)', 'rgb(0 0 0 / .7)'],
] as const;

const colours = (pick: (light: string, dark: string) => string): CSSResult =>
  unsafeCSS(
    COLOURS.map(
      ([name, light, dark, page = name]) => `--${name}:var(--carillon-${page},${pick(light, dark)});`,
    ).join(''),
  );
const either = colours((light, dark) => `light-dark(${light},${dark})`);
const light = colours((one) => one);
const dark = colours((_, one) => one);

/**
 * The look that every element shares. A page changes it by setting the `--carillon-…` variables (they are read, never
 * set, here), by parts, or by the `theme` attribute (`light`, `dark`; without it the reader's system decides).
 * Every pair of text and ground has a contrast of at least 4.5 : 1 in both themes.
 */
export const shared = css`
  :host {
    color-scheme: light dark;
    ${either}
    --radius: var(--carillon-radius, 14px);
    --shadow: var(--carillon-shadow, 0 0 0 1px var(--edge), 0 12px 40px -8px var(--cast));
    --_ring: 2px;
    font: 400 0.875rem/1.45 var(--carillon-font, system-ui, sans-serif);
    color: var(--text);
    text-align: start;
  }
  @supports not (color: light-dark(red, red)) {
    :host {
      ${light}
    }
    :host([theme='dark']) {
      ${dark}
    }
    @media (prefers-color-scheme: dark) {
      :host(:not([theme='light'])) {
        ${dark}
      }
    }
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2 {
    font-size: 1.0625rem;
    font-weight: 650;
    letter-spacing: -0.01em;
  }
  svg {
    display: block;
    inline-size: 1.25rem;
    block-size: 1.25rem;
    fill: none;
    stroke: currentColor;
    stroke-width: 1.75;
    stroke-linecap: round;
    stroke-linejoin: round;
    flex: none;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.375rem;
    min-inline-size: 44px;
    min-block-size: 44px;
    margin: 0;
    padding: 0 0.75rem;
    border: 0;
    border-radius: 10px;
    background: none;
    font-weight: 550;
    text-decoration: none;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  button:hover,
  .button:hover {
    background: var(--hover);
  }
  .icon {
    padding: 0;
    color: var(--muted);
  }
  .icon:hover {
    color: var(--text);
  }
  .text {
    color: var(--accent);
  }
  button.outline {
    border: 1px solid var(--line);
    padding: 0 1rem;
  }
  button.danger {
    background: var(--danger);
    color: var(--on-danger);
  }
  /* After the kinds of buttons, whose colours it takes away. */
  button[aria-disabled='true'] {
    color: var(--muted);
    cursor: default;
    background: none;
    opacity: 0.6;
  }
  :focus-visible {
    outline: var(--_ring) solid var(--accent);
    outline-offset: 2px;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .muted {
    color: var(--muted);
  }
  .notice {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.5rem 1.25rem;
    min-block-size: 44px;
    background: var(--raised);
    border-block-end: 1px solid var(--line);
  }
  .notice > span {
    flex: 1;
    overflow-wrap: anywhere;
  }
  .notice.failed {
    color: var(--error);
  }
  .state {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 0.25rem;
    padding: 2.5rem 1.5rem;
    text-align: center;
  }
  .state svg {
    inline-size: 2.25rem;
    block-size: 2.25rem;
    stroke-width: 1.25;
    color: var(--muted);
    margin-block-end: 0.5rem;
  }
  .state strong {
    font-weight: 600;
  }
  dialog {
    position: fixed;
    inset: 0;
    margin: auto;
    block-size: fit-content;
    z-index: 1002;
    border: 0;
    border-radius: var(--radius);
    padding: 1.5rem;
    inline-size: min(26rem, calc(100vw - 2rem));
    background: var(--bg);
    color: var(--text);
    box-shadow: var(--shadow);
  }
  dialog:not([open]) {
    display: none;
  }
  dialog::backdrop {
    background: rgb(10 12 20 / 0.45);
  }
  dialog p {
    margin-block: 0.5rem 1.25rem;
    color: var(--muted);
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
    gap: 0.5rem;
  }
  @media (prefers-contrast: more) {
    :host {
      --muted: var(--text) !important;
      --line: var(--control) !important;
      --_ring: 3px;
    }
  }
  /* There are no grounds and shadows: what they say is said by lines, and by the system's own colours. */
  @media (forced-colors: active) {
    :host {
      --_ring: 3px;
    }
    .panel,
    .toast,
    .undo-bar,
    dialog,
    select,
    button.outline,
    button.danger {
      border: 1px solid ButtonText !important;
    }
    button:hover,
    .button:hover {
      color: Highlight;
    }
    button[aria-pressed='true'] {
      background: SelectedItem !important;
      color: SelectedItemText !important;
      forced-color-adjust: none;
    }
    button[aria-disabled='true'] {
      color: GrayText;
      opacity: 1;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;
