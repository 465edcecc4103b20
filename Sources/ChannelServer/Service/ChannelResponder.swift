import Basics
import Files
import HTTPTypes
import Hummingbird
import JSONReading
import SystemPackage

/// Takes a request apart, plays the faults that a test asked for, and turns every error into an answer.
struct ChannelResponder: HTTPResponder {
    typealias Context = ChannelContext
    let service: ChannelService

    func respond(to request: Request, context: ChannelContext) async throws -> Response {
        let start = ContinuousClock.now
        let target = RequestTarget(request)
        var caller: Caller?
        var response: Response
        do {
            caller = try await service.caller(bearing: target.token)
            let route = try Route(parsing: target.path)
            response = try await played(at: route.step, context) {
                try await service.answer(route, request, caller, context)
            }
        } catch let failure as APIFailure {
            response = Answer.failure(failure)
        } catch let error as ObjectStoreError {
            response = Answer.objectStoreError(error)
        } catch let error as FileError where error.isOutOfSpace {
            response = Answer.failure(APIFailure(.init(code: 507, reasonPhrase: "Insufficient Storage"), "the server's disk is full"))
        } catch {
            // Paths and reasons are for the server's owner, who reads the log; the client learns that it was not its fault.
            response = Answer.failure(APIFailure(.internalServerError, "the server failed"))
            service.configuration.accessLog("failure: \((error as? any Explained)?.message ?? "\(type(of: error))")")
        }
        if request.method == .head { response = response.createHeadResponse() }
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        service.configuration.accessLog(
            "\(request.method.rawValue) \(target.shownPath) \(response.status.code) \(response.headers[.contentLength] ?? "-") "
                + "\(Int(milliseconds)) ms \(caller?.name ?? "-")")
        return response
    }

    private func played(at step: FaultPlan.Step, _ context: ChannelContext, _ work: () async throws -> Response) async throws -> Response {
        guard let fault = service.configuration.faults?.next(at: step) else { return try await work() }
        switch fault {
        case .status(let code, let message): return Answer.failure(APIFailure(.init(code: code), message))
        case .objectStoreError(let code): throw ObjectStoreError.played(code: code)
        case .emptyList: return Answer.json([])
        case .resetBefore:
            context.hangUp()
            return Response(status: .internalServerError)
        case .resetAfter:
            _ = try await work()
            context.hangUp()
            return Response(status: .internalServerError)
        case .delay(let duration):
            try await Task.sleep(for: duration)
            return try await work()
        case .delayAfter(let duration):
            let response = try await work()
            try await Task.sleep(for: duration)
            return response
        case .header(let name, let value):
            var response = try await work()
            if let name = HTTPField.Name(name) { response.headers[name] = value }
            return response
        case .flippedByte:
            var response = try await work()
            response.body = response.body.flippingBytes()
            return response
        }
    }
}

extension FileError {
    fileprivate var isOutOfSpace: Bool { if case .system(_, _, .noSpace) = self { true } else { false } }
}

extension ResponseBody {
    /// The same length, with the middle byte of each piece changed.
    fileprivate consuming func flippingBytes() -> ResponseBody {
        let length = contentLength
        let flipped = map { buffer in
            var bytes = Array(buffer.readableBytesView)
            if !bytes.isEmpty { bytes[bytes.count / 2] ^= 1 }
            return ByteBuffer(bytes: bytes)
        }
        return ResponseBody(contentLength: length) { writer in try await flipped.write(writer) }
    }
}
