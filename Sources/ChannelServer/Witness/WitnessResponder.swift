import Foundation
import Hummingbird

/// Takes a witness's requests off the wire and puts the answers on it.
struct WitnessResponder: HTTPResponder {
    typealias Context = ChannelContext
    let desk: WitnessDesk
    let accessLog: @Sendable (String) -> Void

    func respond(to request: Request, context: ChannelContext) async throws -> Response {
        let answer = await answer(to: request)
        accessLog(
            "\(request.method.rawValue) \(request.uri.path == "/add-checkpoint" ? "/add-checkpoint" : "elsewhere") \(answer.status) \(answer.remark)")
        return Answer.body(Data(answer.body.utf8), answer.type, .init(code: answer.status))
    }

    private func answer(to request: Request) async -> WitnessDesk.Answer {
        guard request.uri.path == "/add-checkpoint" else { return .refusal(404, "nothing is here but /add-checkpoint") }
        guard request.method == .post else { return .refusal(405, "it must be a POST") }
        var body = Data()
        var byteCount = 0
        do {
            // What is somewhat too large is read to its end, or the answer would be lost with the connection.
            for try await buffer in request.body where byteCount <= 4 * WitnessDesk.bodyByteLimit {
                byteCount += buffer.readableBytes
                if byteCount <= WitnessDesk.bodyByteLimit { body.append(contentsOf: buffer.readableBytesView) }
            }
        } catch { return .refusal(400, "the request broke off") }
        guard byteCount <= WitnessDesk.bodyByteLimit else { return .refusal(413, "the request is too large") }
        let (desk, whole) = (desk, body)
        do { return try await Blocking.run { desk.answer(to: whole) } } catch { return .refusal(500, "the witness failed") }
    }
}
