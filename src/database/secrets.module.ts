import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretBox } from '../common/secret-box.js';
import { CARILLON_OPTIONS, type CarillonOptions } from '../config/options.js';
import { SecretRotation } from './secret-rotation.js';

/** Encryption at rest: one box for all modules, and the list of what it encrypted. */
@Module({
  providers: [
    SecretRotation,
    {
      provide: SecretBox,
      inject: [CARILLON_OPTIONS],
      useFactory: ({ encryption }: CarillonOptions) => new SecretBox(encryption.key, encryption.previous),
    },
  ],
  exports: [SecretBox, SecretRotation],
})
export class SecretsModule {}

/** The change of the encryption key, for processes that stay. */
@Module({ imports: [SecretsModule] })
export class SecretRotationModule implements OnApplicationBootstrap {
  constructor(private readonly rotation: SecretRotation) {}

  onApplicationBootstrap(): void {
    this.rotation.start();
  }
}
