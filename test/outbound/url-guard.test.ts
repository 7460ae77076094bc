import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkAddress, checkUrl, parseNetworks } from '../../src/outbound/url-guard.js';

const NONE = parseNetworks([]);

describe('checkUrl', () => {
  it.each([
    'https://example.com/hook',
    'http://example.com:8080/hook?key=1',
    'https://example.com./hook',
    'https://8.8.8.8/hook',
    'https://[2606:4700:4700::1111]/hook',
    'https://[::ffff:8.8.8.8]/hook',
    'https://[64:ff9b::808:808]/hook',
    'https://bücher.example/hook',
    'https://localhost.example.com/hook',
    'https://internal.example.com/hook',
  ])('lets %s through', (url) => {
    expect(checkUrl(url, NONE)).toMatchObject({ allowed: true });
  });

  it.each([
    // Loopback, in every spelling.
    'http://127.0.0.1/',
    'http://127.1/',
    'http://127.0.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://１２７.０.０.１/',
    'http://①②⑦.⓪.⓪.①/',
    'http://127。0。0。1/',
    'http://%31%32%37.0.0.1/',
    'http://0/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[::ffff:0:127.0.0.1]/',
    // Private, link-local, metadata, carrier-grade NAT, multicast, reserved.
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://168.63.129.16/',
    'http://100.100.100.200/',
    'http://192.0.0.192/',
    'http://198.18.0.1/',
    'http://203.0.113.7/',
    'http://224.0.0.1/',
    'http://240.0.0.1/',
    'http://255.255.255.255/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://[4000::1]/',
    // IPv4 inside IPv6: NAT64, 6to4, Teredo, ISATAP.
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b::10.0.0.1]/',
    'http://[64:ff9b:1::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[2002:808:808::]/',
    'http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/',
    'http://[2606:4700::5efe:7f00:1]/',
    'http://[2606:4700::200:5efe:a00:1]/',
    // Names that lead inside.
    'http://localhost/',
    'http://LOCALHOST/',
    'http://localhost./',
    'http://localhost../',
    'http://127.0.0.1../',
    'http://ｌｏｃａｌｈｏｓｔ/',
    'http://api.localhost/',
    'http://printer.local/',
    'http://printer.local./',
    'http://printer.local.../',
    'http://kubernetes../',
    'http://metadata.google.internal/',
    'http://kubernetes/',
    // Other schemes, credentials, tricks with the text.
    'ftp://example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'javascript:alert(1)',
    'https://user:secret@example.com/',
    'https://user@example.com/',
    'https://example.com\\@127.0.0.1/',
    'https://exam\tple.com/',
    ' https://example.com/',
    'https://example.com/a b',
    'https://[fe80::1%25eth0]/',
    'https://256.256.256.256/',
    'https://',
    'example.com',
    '',
    `https://example.com/${'a'.repeat(2100)}`,
  ])('refuses %s', (url) => {
    expect(checkUrl(url, NONE)).toMatchObject({ allowed: false, reason: expect.any(String) });
  });

  it('says why', () => {
    const reason = (url: string) => {
      const verdict = checkUrl(url, NONE);
      return verdict.allowed ? undefined : verdict.reason;
    };
    expect(reason('http://169.254.169.254/')).toBe('leads to a link-local address');
    expect(reason('http://10.1.2.3/')).toBe('leads to a private address');
    expect(reason('http://printer.local/')).toBe('leads to a local name (printer.local)');
    expect(reason('ftp://example.com/')).toBe('must begin with http:// or https://');
  });

  it('refuses every spelling of every private address', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const address = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    );
    fc.assert(
      fc.property(address, ([a, b, c, d]) => {
        const number = a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d;
        const hex = number.toString(16).padStart(8, '0');
        const groups = `${hex.slice(0, 4)}:${hex.slice(4)}`;
        const spellings = [
          `${a}.${b}.${c}.${d}`,
          `${number}`,
          `0x${hex}`,
          `0${number.toString(8)}`,
          `${a}.${b * 65536 + c * 256 + d}`,
          `0x${a.toString(16)}.0${b.toString(8)}.${c * 256 + d}`,
          `[::ffff:${groups}]`,
          `[64:ff9b::${groups}]`,
          `[2002:${groups}::1]`,
          `[::${groups}]`,
        ];
        for (const host of spellings) expect(checkUrl(`http://${host}/`, NONE).allowed).toBe(false);
      }),
    );
  });
});

describe('opened networks', () => {
  const opened = parseNetworks(['10.1.0.0/16', 'fd00::/8', '127.0.0.1']);

  it.each([
    ['10.1.2.3', true],
    ['10.2.0.1', false],
    ['::ffff:10.1.2.3', true],
    ['64:ff9b::10.1.2.3', true],
    ['fd12::1', true],
    ['fe80::1', false],
    ['127.0.0.1', true],
    ['127.0.0.2', false],
    ['8.8.8.8', true],
    ['not an address', false],
  ])('%s: %s', (address, allowed) => {
    expect(checkAddress(address, opened) === undefined).toBe(allowed);
  });

  it('lets local names wait for their addresses', () => {
    expect(checkUrl('http://localhost:3000/', opened)).toMatchObject({ allowed: true, local: true });
    expect(checkUrl('http://app.internal/', opened)).toMatchObject({ allowed: true, local: true });
    expect(checkUrl('http://example.com/', opened)).toMatchObject({ allowed: true, local: false });
  });

  it('must be networks', () => {
    expect(() => parseNetworks(['10.0.0.0/8', 'office'])).toThrow('"office" is not a network');
    expect(() => parseNetworks(['10.0.0.0/33'])).toThrow('"10.0.0.0/33" is not a network');
  });
});
