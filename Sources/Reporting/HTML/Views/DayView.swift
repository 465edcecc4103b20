import Basics

/// The events of one day.
struct DayView {
    struct EventView {
        let stamp: String
        let time: String
        let step: String
        let text: Prose
        let isTrouble: Bool
    }

    let day: String
    let events: [EventView]

    static func all(of timeline: [BuildReport.Event]) -> [DayView] {
        var days: [(day: String, events: [EventView])] = []
        for event in timeline {
            let view = EventView(
                stamp: event.time.description, time: Clock.minute(event.time), step: event.step, text: Prose(event.text), isTrouble: event.isTrouble)
            if days.last?.day == Clock.day(event.time) {
                days[days.count - 1].events.append(view)
            } else {
                days.append((Clock.day(event.time), [view]))
            }
        }
        return days.map { DayView(day: $0.day, events: $0.events) }
    }
}
