/*
 * Loaded before a child process of the local stack (`node --import`): when the stack is gone, however it died, the
 * kernel closes the channel between them, and the child ends as it would on SIGTERM.
 */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
process.channel?.unref()
