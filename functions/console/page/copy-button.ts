/** A button that copies its `text`, and says so where it was pressed. */
export class CopyButton extends HTMLElement {
  text = ''
  what = ''

  connectedCallback(): void {
    if (this.firstChild !== null) return
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'button quiet small'
    button.addEventListener('click', () => void this.#copy(button))
    const said = document.createElement('span')
    said.className = 'unseen'
    said.setAttribute('role', 'status')
    this.append(button, said)
    this.#show(button, 'Copy')
  }

  async #copy(button: HTMLButtonElement): Promise<void> {
    const copied = await navigator.clipboard.writeText(this.text).then(
      () => true,
      () => false,
    )
    this.#show(button, copied ? 'Copied' : 'Not copied')
    const said = this.querySelector('[role=status]')
    if (said !== null) said.textContent = copied ? `Copied ${this.what}.` : 'The browser did not allow it.'
    setTimeout(() => this.#show(button, 'Copy'), 2000)
  }

  #show(button: HTMLButtonElement, word: string): void {
    button.textContent = word
    button.setAttribute('aria-label', word === 'Copy' ? `Copy ${this.what}` : word)
  }
}

customElements.define('copy-button', CopyButton)
