import { Param, StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { ApiOkResponse } from '@nestjs/swagger';
import { ContactsService } from '../../audience/contacts.service.js';
import { ProducerRoutes } from '../../auth/auth.decorators.js';
import { ApiProblem } from '../../common/problem.dto.js';
import { Answers, Body, Controller, Delete, Get, Put } from '../../common/routes.js';
import { UserDataService } from '../../cleanup/user-data.service.js';
import { ApiBodyOf } from '../../common/documented.js';
import { ContactPatch, ContactPatches } from '../../audience/contact-patch.js';
import { ErasedAnswer, UpsertedAnswer, UserAnswer, userAnswer } from './users.dto.js';

@ProducerRoutes('users')
@ApiProblem(409, 'The application that Carillon is part of says how its users are reached.')
@Controller('users', 'users')
export class UsersController {
  constructor(
    private readonly contacts: ContactsService,
    private readonly data: UserDataService,
  ) {}

  @Put(
    '',
    'Say how up to 1,000 users are reached',
    'Each is made or changed as by `PUT /users/{user_id}`: all of them, or none.',
  )
  @ApiBodyOf(ContactPatches, 'PutUsersBody')
  @Answers(UpsertedAnswer)
  async putAll(@Body() body: object): Promise<UpsertedAnswer> {
    return { upserted: await this.contacts.putAll(body) };
  }

  @Put(
    ':user_id',
    'Say how a user is reached',
    'What is left out stays as it is, null clears it. What users set themselves (`PATCH /me`) comes before it.',
  )
  @ApiBodyOf(ContactPatch, 'PutUserBody')
  @Answers(UserAnswer)
  async put(@Param('user_id') userId: string, @Body() body: object): Promise<UserAnswer> {
    return userAnswer(await this.contacts.put(userId, body));
  }

  @Get(':user_id', 'What was said of how a user is reached')
  @Answers(UserAnswer)
  @ApiProblem(404, 'Nothing was ever said of this user.')
  async get(@Param('user_id') userId: string): Promise<UserAnswer> {
    return userAnswer(await this.contacts.get(userId));
  }

  @Delete(
    ':user_id',
    'Erase everything about a user, everywhere',
    'For good, whatever is waiting to be sent included. The same answer, with zeros, when nothing is left.',
  )
  @Answers(ErasedAnswer)
  async erase(@Param('user_id') userId: string): Promise<ErasedAnswer> {
    return { id: userId, erased: await this.data.erase(userId) };
  }

  @Get(
    ':user_id/export',
    'Everything that is stored of a user',
    'The rows of each table, without secrets and keys; the address, and the addresses of webhooks and of push subscriptions, decrypted.',
  )
  @ApiOkResponse({ schema: { type: 'object', additionalProperties: true } })
  export(@Param('user_id') userId: string): StreamableFile {
    return new StreamableFile(Readable.from(this.data.export(userId)), {
      type: 'application/json; charset=utf-8',
    });
  }
}
