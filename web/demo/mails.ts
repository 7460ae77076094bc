import { element, nothing } from './poll.js';

export interface Mail {
  at: string;
  messageId: string;
  from: string;
  to: { name: string; address: string };
  subject: string;
  text: string;
  headers: Record<string, string>;
}

/** @returns what shows the caught mails in a list; what was unfolded stays so */
export function mailList(list: HTMLElement): (mails: readonly Mail[]) => void {
  const known = new Map<string, HTMLElement>();
  return (mails) => {
    for (const mail of mails) if (!known.has(mail.messageId)) known.set(mail.messageId, item(mail));
    const items = mails.flatMap(({ messageId }) => known.get(messageId) ?? []);
    list.replaceChildren(...(items.length > 0 ? items : [nothing('No mail was sent yet.')]));
  };
}

function item({ at, messageId, from, to, subject, text, headers }: Mail): HTMLElement {
  const time = element('time', new Date(at).toLocaleTimeString());
  const head = element('div', element('strong', subject), time, element('span', `to ${to.address}`));
  const all = {
    From: from,
    To: `${to.name} <${to.address}>`,
    Subject: subject,
    'Message-ID': messageId,
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const parts = element(
    'div',
    part('HTML', () => frame(messageId, subject)),
    part('Text', () => element('pre', text)),
    part('Headers', () => element('pre', lines.join('\n'))),
  );
  parts.className = 'parts';
  return element('li', head, parts);
}

/** Made when it is looked at. */
function part(name: string, content: () => HTMLElement): HTMLElement {
  const details = element('details', element('summary', name));
  details.addEventListener('toggle', () => details.append(content()), { once: true });
  return details;
}

/** A page of its own, which may do nothing: this one's policy would take the mail's styles away. */
function frame(id: string, title: string): HTMLElement {
  const made = element('iframe');
  made.setAttribute('sandbox', '');
  made.title = title;
  made.src = `/demo/mails/${encodeURIComponent(id)}`;
  return made;
}
