import { css } from 'lit';

export const inboxStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    background: var(--bg);
  }
  .top {
    padding-block: 0.5rem 0.625rem;
    padding-inline: 1.25rem 0.5rem;
    border-block-end: 1px solid var(--line);
  }
  .line {
    display: flex;
    align-items: center;
    gap: 0.25rem;
  }
  .line h2 {
    flex: 1;
  }
  .filters {
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0.5rem 0.75rem;
    padding-inline-end: 0.75rem;
    margin-block-start: 0.125rem;
  }
  .tabs {
    display: flex;
    padding: 3px;
    gap: 2px;
    border-radius: 12px;
    background: var(--raised);
  }
  .tabs button {
    min-block-size: 44px;
    padding: 0 0.875rem;
    border-radius: 9px;
    color: var(--muted);
    white-space: nowrap;
  }
  .tabs button[aria-pressed='true'] {
    background: var(--bg);
    color: var(--text);
    box-shadow: 0 1px 3px rgb(20 24 40 / 0.16);
  }
  .tabs .n {
    font-size: 0.75rem;
    font-variant-numeric: tabular-nums;
    padding: 0 0.375rem;
    border-radius: 99px;
    background: var(--hover);
  }
  select {
    min-block-size: 44px;
    flex: 0 1 11rem;
    min-inline-size: 7rem;
    padding-inline: 0.625rem 0.25rem;
    border: 1px solid var(--control);
    border-radius: 10px;
    background: var(--bg);
    text-overflow: ellipsis;
  }
  .scroll {
    flex: 1;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  li:last-child {
    border: 0;
  }
  li {
    position: relative;
    display: flex;
    align-items: flex-start;
    border-block-end: 1px solid var(--line);
  }
  li.unread {
    background: var(--tint);
  }
  li.unread::before {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    inline-size: 3px;
    background: var(--accent);
  }
  .main {
    flex: 1;
    min-inline-size: 0;
    display: flex;
    align-items: flex-start;
    justify-content: flex-start;
    gap: 0.75rem;
    padding-block: 0.875rem;
    padding-inline: 1.25rem 0.25rem;
    border-radius: 0;
    color: inherit;
    text-align: start;
    text-decoration: none;
    font-weight: 400;
    outline-offset: -3px;
  }
  li:hover,
  .main:hover {
    background: var(--hover);
  }
  .words,
  .about {
    display: block;
    min-inline-size: 0;
  }
  .title {
    display: block;
    font-weight: 500;
    line-height: 1.35;
  }
  li.unread .title {
    font-weight: 650;
  }
  .expanded .body {
    display: block;
  }
  .meta {
    display: block;
    margin-block-start: 0.3125rem;
    font-size: 0.8125rem;
    color: var(--muted);
  }
  .actions {
    display: flex;
    padding-block-start: 0.25rem;
    padding-inline-end: 0.5rem;
  }
  .more {
    display: flex;
    justify-content: center;
    padding: 0.5rem;
  }
  .end {
    display: flex;
    justify-content: center;
    padding: 0.125rem;
    border-block-start: 1px solid var(--line);
  }
  .undo-bar {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding-inline: 1.25rem 0.5rem;
    border-block-start: 1px solid var(--line);
    background: var(--raised);
  }
  .undo-bar span {
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .bone {
    display: flex;
    gap: 0.75rem;
    padding: 1rem 1.25rem;
  }
  .bone i {
    display: block;
    block-size: 0.75rem;
    border-radius: 6px;
    background: var(--hover);
    margin-block: 0.25rem;
  }
  .bone > i {
    inline-size: 2rem;
    block-size: 2rem;
    border-radius: 50%;
    margin: 0;
  }
  .bone div {
    flex: 1;
  }
  .bone div i:last-child {
    inline-size: 55%;
  }
`;
