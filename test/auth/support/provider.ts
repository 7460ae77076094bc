import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';

export interface SigningKey {
  kid: string | undefined;
  alg: 'RS256' | 'ES256';
  publicKey: KeyObject;
  /** As the provider publishes it. */
  jwk: Record<string, unknown>;
  /** A token good for an hour, unless the claims say otherwise. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): string;
}

export function signingKey(
  kid: string | undefined,
  alg: 'RS256' | 'ES256' = 'RS256',
  bits = 2048,
): SigningKey {
  const { publicKey, privateKey } =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const named = kid === undefined ? {} : { kid };
  return {
    kid,
    alg,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), ...named, alg, use: 'sig' },
    sign: (claims, header = {}) =>
      jwt.sign({ exp: Math.floor(Date.now() / 1000) + 3600, ...claims }, privateKey, {
        header: { ...named, alg, ...header },
        allowInsecureKeySizes: true,
      }),
  };
}

/** An identity provider that does what the test says. */
export interface Provider {
  url: string;
  /** How often it was asked. */
  requests: number;
  /** What it answers; a test puts another function in its place. */
  answer: (response: ServerResponse) => void;
  publish(...keys: (SigningKey | Record<string, unknown>)[]): void;
  close(): Promise<void>;
}

export async function startProvider(...keys: SigningKey[]): Promise<Provider> {
  const server = createServer((_, response) => {
    provider.requests += 1;
    provider.answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider: Provider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    requests: 0,
    answer: () => undefined,
    publish: (...published) => {
      const body = JSON.stringify({ keys: published.map((key) => ('jwk' in key ? key.jwk : key)) });
      provider.answer = (response) => response.setHeader('content-type', 'application/json').end(body);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  provider.publish(...keys);
  return provider;
}
