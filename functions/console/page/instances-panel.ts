import type { Point } from './figures.ts'
import { instanceRows } from './instances.ts'
import { html, svg, type TemplateResult } from './lit-html.js'

const SIZE = { width: 200, height: 18 }

/** How many instances each function had, one small line each: on one chart they would lie upon each other. */
export function instancesPanel(points: readonly Point[], now: Date, whyEmpty: string): TemplateResult {
  const rows = instanceRows(points, now, SIZE)
  return html`<section class="panel">
    <h3>Instances by function</h3>
    ${
      rows.length === 0
        ? html`<p class="room">${whyEmpty}</p>`
        : html`<table class="rows">
            <caption class="unseen">Instances of each function over the last 5 minutes</caption>
            <thead>
              <tr>
                <th scope="col">Function</th>
                <th scope="col"><span class="unseen">Course</span></th>
                <th scope="col" class="number">Most</th>
                <th scope="col" class="number">Now</th>
              </tr>
            </thead>
            <tbody>
              ${rows.map(
                ({ name, now: count, most, path }) => html`<tr>
                  <th scope="row">${name}</th>
                  <td class="bar-cell">${course(path)}</td>
                  <td class="number faint">${most}</td>
                  <td class="number"><b>${count}</b></td>
                </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`
}

function course(path: string): TemplateResult {
  return html`<svg
    class="course"
    viewBox="0 -2 ${SIZE.width} ${SIZE.height + 4}"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    ${svg`<path d=${path} vector-effect="non-scaling-stroke" />`}
  </svg>`
}
