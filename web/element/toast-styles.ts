import { css } from 'lit';

export const toastStyles = css`
  :host {
    display: contents;
  }
  .stack {
    position: fixed;
    inset: auto;
    inset-block-end: 1rem;
    inset-inline-end: 1rem;
    margin: 0;
    padding: 0;
    border: 0;
    inline-size: min(24rem, calc(100vw - 2rem));
    overflow: visible;
    background: none;
    color: var(--text);
    font: inherit;
    z-index: 1001;
    display: flex;
    flex-direction: column;
    gap: 0.625rem;
    /* Some pages take the pointer from everything while their dialog is open. */
    pointer-events: auto;
  }
  :host([position^='top']) .stack {
    inset-block: 1rem auto;
  }
  :host([position$='start']) .stack {
    inset-inline: 1rem auto;
  }
  /* An open panel is in the way. */
  .stack.aside {
    inset-inline: 1rem auto;
  }
  :host([position$='start']) .stack.aside {
    inset-inline: auto 1rem;
  }
  :host .stack.over {
    inset-block: 0.5rem auto;
  }
  .toast {
    position: relative;
    display: flex;
    align-items: flex-start;
    gap: 0.75rem;
    padding-block: 0.375rem;
    padding-inline: 1rem 0.25rem;
    border-radius: var(--radius);
    background: var(--bg);
    box-shadow: var(--shadow);
  }
  .level {
    margin-block-start: 0.5rem;
  }
  .words {
    padding-block: 0.5rem;
  }
  .title {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    font-weight: 600;
  }
  .title a {
    color: inherit;
    text-decoration-color: var(--control);
    text-underline-offset: 3px;
  }
  /* The whole toast is the link's target, except for the button. */
  .title a::after {
    content: '';
    position: absolute;
    inset: 0;
    border-radius: inherit;
  }
  .toast button {
    position: relative;
    z-index: 1;
  }
  .meta {
    margin-block-start: 0.25rem;
    font-size: 0.8125rem;
    color: var(--muted);
  }
  .dropped {
    align-self: center;
    padding: 0.375rem 0.875rem;
    border-radius: 99px;
    background: var(--bg);
    color: var(--muted);
    font-size: 0.8125rem;
    box-shadow: var(--shadow);
  }
  .toast {
    animation: appear 0.14s ease-out;
  }
  @keyframes appear {
    from {
      opacity: 0;
      transform: translateY(-6px);
    }
  }
`;
