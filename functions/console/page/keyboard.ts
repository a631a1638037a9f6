/** Keys that work on every screen: `/` finds, Escape closes what is open and leaves the search. */
export function listenToKeys(page: Document): void {
  page.addEventListener('keydown', event => {
    if (event.key === '/' && !isWriting(event) && page.querySelector('dialog[open]') === null) {
      const search = page.querySelector<HTMLInputElement>('#search')
      if (search === null) return
      event.preventDefault()
      search.focus()
      search.select()
    }
    if (event.key === 'Escape') close(page)
  })
  // A menu that is open closes when something else is meant.
  page.addEventListener('click', event => {
    const menu = page.querySelector<HTMLDetailsElement>('details.who[open]')
    if (menu !== null && !menu.contains(event.target as Node)) menu.open = false
  })
}

function close(page: Document): void {
  const menu = page.querySelector<HTMLDetailsElement>('details.who[open]')
  if (menu !== null) {
    menu.open = false
    menu.querySelector('summary')?.focus()
  } else if (page.activeElement?.id === 'search') page.querySelector<HTMLElement>('#main')?.focus()
}

function isWriting(event: KeyboardEvent): boolean {
  const { target } = event
  if (event.ctrlKey || event.metaKey || event.altKey) return true
  return target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}
