import { Injectable } from '@nestjs/common';

/** The time, as the rest of the code asks for it: tests put another one in its place. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
