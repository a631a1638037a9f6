import type { Document } from './document.ts'
import type { Complaint } from './fault.ts'

/** Everywhere in an overlay that a project is named it is the same one. */
export function projectFaults(documents: readonly Document[]): Complaint[] {
  const text = documents.map(({ object }) => JSON.stringify(object)).join('\n')
  const places: Readonly<Record<string, RegExp>> = {
    'images are of': /"[a-z0-9-]+-docker\.pkg\.dev\/([^/"]+)\//g,
    'accounts are of': /@([^@"]+)\.iam\.gserviceaccount\.com"/g,
    'topics are of': /"PUBSUB_PROJECT_ID","value":"([^"]+)"/g,
    'the setting is': /"project":"([^"]+)"/g,
  }
  const found = Object.entries(places).flatMap(([title, pattern]) => {
    const projects = [...new Set([...text.matchAll(pattern)].map(([, project]) => project))]
    return projects.map(project => ({ title, project }))
  })
  const different = new Set(found.map(({ project }) => project))
  if (different.size <= 1) return []
  const list = found.map(({ title, project }) => `${title} ${project}`).join(', ')
  return [['settings.yaml', `names more than one project: ${list}`]]
}
