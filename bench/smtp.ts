import { createServer, type AddressInfo, type Socket } from 'node:net';

/** As little of a mail server as takes every mail. @param took is given each mail as it came @returns its URL */
export function listenSmtp(took: (mail: string) => void): Promise<string> {
  const server = createServer((socket) => converse(socket, took));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`),
    );
  });
}

const ANSWERS: Record<string, string> = { DATA: '354 go on', QUIT: '221 bye' };

function converse(socket: Socket, took: (mail: string) => void): void {
  const say = (line: string) => socket.write(`${line}\r\n`);
  let arrived = '';
  let isMail = false;
  socket.setNoDelay(true).setEncoding('latin1');
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    arrived += String(chunk);
    for (;;) {
      const mark = isMail ? '\r\n.\r\n' : '\r\n';
      const end = arrived.indexOf(mark);
      if (end < 0) return;
      const text = arrived.slice(0, end);
      arrived = arrived.slice(end + mark.length);
      if (isMail) took(text);
      say(isMail ? '250 taken' : (ANSWERS[text] ?? '250 fine'));
      isMail = text === 'DATA';
      if (text === 'QUIT') socket.end();
    }
  });
  say('220 sink ESMTP');
}
