import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simpleParser, type ParsedMail } from 'mailparser';
import { freePort } from '../../../src/database/embedded/server-process.js';
import { startMailWorld, type MailWorld } from './support/world.js';

/** Debian's account for mailboxes: a mail is never delivered as root. */
const OWNER = { name: 'mail', uid: 8, gid: 8 };

const available =
  spawnSync('smtpd', ['-h']).stderr?.includes('OpenSMTPD') === true && process.getuid?.() === 0;
const suite = available ? describe : describe.skip;
const title = 'Debian’s OpenSMTPD';

suite(available ? title : `${title} (skipped: no opensmtpd on this machine, or no right to start it)`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-opensmtpd-'));
  const mailbox = join(folder, 'Maildir');
  let server: ChildProcess;
  let output = '';
  let t: MailWorld;

  beforeAll(async () => {
    const port = await freePort();
    // The processes that deliver are not root's.
    chmodSync(folder, 0o755);
    mkdirSync(mailbox);
    chownSync(mailbox, OWNER.uid, OWNER.gid);
    const configuration = join(folder, 'smtpd.conf');
    const lines = [
      `listen on 127.0.0.1 port ${port} hostname mail.example.com`,
      `table users { "anna@example.com" = ${OWNER.name} }`,
      `action "keep" maildir "${mailbox}" virtual <users>`,
      'match from any for domain "example.com" action "keep"',
      `action "accounts" maildir "${mailbox}"`,
      'match from any for domain "accounts.example" action "accounts"',
    ];
    writeFileSync(configuration, `${lines.join('\n')}\n`);
    server = spawn('smtpd', ['-d', '-v', '-f', configuration], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [server.stdout, server.stderr])
      stream?.on('data', (chunk) => (output += String(chunk)));
    while (!output.includes('smtp: listen on')) {
      if (server.exitCode !== null) throw new Error(output);
      await sleep(20);
    }
    t = await startMailWorld(`smtp://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    await t?.close();
    if (server.exitCode === null) {
      const exited = once(server, 'exit');
      server.kill('SIGTERM');
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  /** What has been delivered, once there are so many. */
  async function delivered(count: number): Promise<ParsedMail[]> {
    const inbox = join(mailbox, 'new');
    for (;;) {
      const files = readdirSync(mailbox).includes('new') ? readdirSync(inbox) : [];
      if (files.length >= count)
        return Promise.all(files.map((file) => simpleParser(readFileSync(join(inbox, file)))));
      await sleep(20);
    }
  }

  it('takes mails and delivers them, each as it was made', async () => {
    await t.contact('anna', 'anna@example.com', 'Anna Müller');
    const [first] = await t.settled(
      await t.ship(['anna'], { title: 'Größe “S” 🎉', body: '.\n..\nÜber Nacht' }),
    );
    await t.settled(await t.ship(['anna'], { title: 'Another' }));
    const mails = await delivered(2);
    const mail = mails.find(({ subject }) => subject === 'Größe “S” 🎉');
    const user = Buffer.from('anna').toString('base64url');
    expect(mail).toMatchObject({
      messageId: expect.stringMatching(`^<${first?.id}\\.${user}\\.[\\w-]{43}@example\\.com>$`),
      from: { value: [{ name: 'Shop', address: 'shop@example.com' }] },
      to: { value: [{ name: 'Anna Müller', address: 'anna@example.com' }] },
      text: expect.stringContaining('.\n..\nÜber Nacht'),
      html: expect.stringContaining('href="https://notify.example.com/orders/7"'),
    });
    expect(mail?.headers.get('list')).toMatchObject({ unsubscribe: { url: expect.any(String) } });
    expect(mails.map(({ subject }) => subject)).toContain('Another');
  });

  it('has no such mailbox: that address is left alone', async () => {
    await t.contact('bob', 'no-such-account@accounts.example');
    expect(await t.settled(await t.ship(['bob']))).toMatchObject([
      { status: 'failed', error: expect.stringContaining('550') },
    ]);
    expect(await t.settled(await t.ship(['bob']))).toMatchObject([
      { status: 'skipped', reason: 'suppressed' },
    ]);
  });
});
