/** Who reads the log or an answer may end before this process does (`| head`): what is at work ends as ever. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
