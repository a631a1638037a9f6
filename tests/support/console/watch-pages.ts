import type { BrowserContext } from 'playwright-core'

/** What the pages of a context said and did that a good page does not: errors, violations of the policy, other hosts. */
export type PageWatch = { readonly noises: readonly string[] }

const TELL_VIOLATIONS = `addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
  console.error('violates ' + effectiveDirective + ': ' + blockedURI))`

/** Listens to all pages of a context, from before the first is opened. */
export async function watchPages(context: BrowserContext, origin: string): Promise<PageWatch> {
  const noises: string[] = []
  await context.addInitScript(TELL_VIOLATIONS)
  context.on('request', request => {
    const url = new URL(request.url())
    if (url.origin !== origin && url.protocol !== 'data:') noises.push(`asked another host: ${url.href}`)
  })
  context.on('console', message => {
    if (!['error', 'warning', 'assert'].includes(message.type())) return
    const { pathname } = new URL(message.location().url || origin, origin)
    noises.push(`${message.text()} (${pathname})`)
  })
  context.on('weberror', fault => noises.push(`threw: ${fault.error().message}`))
  context.on('dialog', dialog => {
    noises.push(`opened a ${dialog.type()}: ${dialog.message()}`)
    void dialog.dismiss()
  })
  context.on('page', page => {
    page.on('websocket', socket => noises.push(`opened a web socket: ${socket.url()}`))
    page.on('crash', () => noises.push('crashed'))
  })
  return { noises }
}
