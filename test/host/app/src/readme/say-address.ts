// Loaded before the example: prints where its server listens, which the example has no need to say.
import { Server, type AddressInfo } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function (this: Server, ...parameters: unknown[]): Server {
  this.once('listening', () => console.log(`http://127.0.0.1:${(this.address() as AddressInfo).port}`));
  return (listen as (...parameters: unknown[]) => Server).apply(this, parameters);
} as typeof listen;
