import type { Chart } from './chart.ts'
import { chartOptions } from './chart-options.ts'
import { html, render } from './lit-html.js'
import { formatClock } from './moments.ts'
import uPlot from './uplot.js'

/** A chart over time. It follows its size and the colour scheme, and says in words what it shows. */
export class TimeChart extends HTMLElement {
  #chart: Chart | undefined
  #plot: uPlot | undefined
  #pointed: number | null = null
  readonly #legend = document.createElement('div')
  readonly #figure = document.createElement('div')
  readonly #sizes = new ResizeObserver(() => this.#resize())
  readonly #scheme = matchMedia('(prefers-color-scheme: dark)')
  readonly #recolour = (): void => this.#plot?.redraw(false)

  set chart(chart: Chart) {
    this.#chart = chart
    if (this.isConnected) this.#draw(chart)
  }

  connectedCallback(): void {
    this.#legend.className = 'legend'
    this.#figure.className = 'plot'
    this.#figure.setAttribute('role', 'img')
    this.append(this.#legend, this.#figure)
    this.#sizes.observe(this.#figure)
    this.#scheme.addEventListener('change', this.#recolour)
    if (this.#chart !== undefined) this.#draw(this.#chart)
  }

  disconnectedCallback(): void {
    this.#sizes.disconnect()
    this.#scheme.removeEventListener('change', this.#recolour)
    this.#plot?.destroy()
    this.#plot = undefined
  }

  #draw(chart: Chart): void {
    const data = [[...chart.times], ...chart.lines.map(({ values }) => [...values])] as uPlot.AlignedData
    if (this.#plot === undefined) {
      const options = chartOptions({
        chart: () => this.#chart ?? chart,
        colour: name => getComputedStyle(this).getPropertyValue(name),
        onPoint: index => {
          this.#pointed = index
          this.#describe()
        },
      })
      this.#plot = new uPlot({ ...options, ...this.#size() }, data, this.#figure)
    } else this.#plot.setData(data)
    this.#describe()
  }

  /** The values under the pointer, or else the newest: in the legend for all, and as the name of the picture. */
  #describe(): void {
    const chart = this.#chart
    if (chart === undefined) return
    const pointed = this.#pointed === null ? undefined : chart.times[this.#pointed]
    const index = pointed === undefined ? chart.times.length - 1 : (this.#pointed ?? 0)
    const values = chart.lines.map(({ label, values, colour }) => {
      const value = values[index]
      return { label, colour, text: value === null || value === undefined ? '–' : chart.format(value) }
    })
    const when = pointed === undefined ? (chart.note ?? 'now') : formatClock(new Date(pointed * 1000))
    render(
      html`${values.map(
        ({ label, colour, text }) =>
          html`<span class="key"><span class="swatch line-${colour}"></span>${label} <b>${text}</b></span>`,
      )}<span class="when">${when}</span>`,
      this.#legend,
    )
    const newest = chart.lines.map(({ label, values }) => {
      const value = values.findLast(known => known !== null)
      return `${label} ${value === null || value === undefined ? 'not known' : chart.format(value)}`
    })
    this.#figure.setAttribute(
      'aria-label',
      `${chart.name} over the last 5 minutes. Now: ${newest.join(', ')}.`,
    )
  }

  #resize(): void {
    this.#plot?.setSize(this.#size())
  }

  #size(): { width: number; height: number } {
    return { width: Math.max(120, this.#figure.clientWidth), height: this.#figure.clientHeight || 144 }
  }
}

customElements.define('time-chart', TimeChart)
