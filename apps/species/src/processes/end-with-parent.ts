/** How often it is asked who the parent is: that costs one system call. */
const lookEveryMs = 250

/**
 * Asks this process to stop, by a signal to itself, when what started it has gone. A signal to `npm start` reaches npm and its
 * shell, and both end without passing it on: without this the program would live on and keep its ports and its lock.
 *
 * A parent of ours holds a channel to us, which breaks however the parent dies. Of npm's shell only its number is known: when it
 * has gone we have another parent. A process that a shell alone started is left alone, as `nohup` and `&` mean it.
 */
export function endWithParent(): void {
  const stop = (): void => {
    process.kill(process.pid, 'SIGTERM')
  }
  if (process.channel) {
    process.once('disconnect', stop)
    process.channel.unref()
    return
  }
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    stop()
  }, lookEveryMs).unref()
}
