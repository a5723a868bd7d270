import type { Mandate, Weekday } from '@species/contracts'

type Hours = NonNullable<Mandate['hours']>

/** Whether an instant (Unix ms) lies in the hours, as the clocks of the time zone show it. A span over midnight belongs to the day on which it begins. */
export function isWithin({ timeZone, from, to, days }: Hours, atMs: number): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs)
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ''
  const now = minutesOf(`${part('hour')}:${part('minute')}`)
  const [begin, end] = [minutesOf(from), minutesOf(to)]
  const today = part('weekday').toLowerCase() as Weekday
  const isOn = (day: Weekday): boolean => days === undefined || days.includes(day)
  if (begin < end) return isOn(today) && now >= begin && now < end
  return (isOn(today) && now >= begin) || (isOn(dayBefore(today)) && now < end)
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

const order: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

function dayBefore(day: Weekday): Weekday {
  return order[(order.indexOf(day) + 6) % 7] ?? day
}
