using System.Buffers;
using Amazon.Emulation.Shapes;
using Microsoft.AspNetCore.Http;

namespace FleetBridge.Fleet.GameLift.Api;

/// <summary>An operation that this host does.</summary>
internal abstract class ApiOperation
{
    /// <summary>Reads and checks the request, does it, and writes the response's headers and body.</summary>
    /// <param name="call">The call.</param>
    /// <param name="wire">Its encoding.</param>
    /// <param name="body">Its body, which is read before this returns.</param>
    /// <exception cref="ApiException">The request cannot be read, or breaks the model's constraints.</exception>
    /// <exception cref="Model.FleetException">The fleet refuses it.</exception>
    public abstract ValueTask RunAsync(ApiCall call, ApiWire wire, ReadOnlySequence<byte> body);
}

/// <summary>An operation in the shapes of the model.</summary>
/// <param name="effect">What it does.</param>
internal sealed class ApiOperation<TRequest, TResponse>(Func<ApiCall, TRequest, ValueTask<TResponse>> effect) : ApiOperation
    where TRequest : class, IShape<TRequest>, new()
    where TResponse : class, IShape<TResponse>
{
    /// <inheritdoc/>
    public override ValueTask RunAsync(ApiCall call, ApiWire wire, ReadOnlySequence<byte> body)
    {
        var request = Read(wire, body);
        var response = effect(call, request);
        if (!response.IsCompletedSuccessfully)
        {
            return FinishAsync(call.Context.Response, wire, response);
        }

        wire.Write(call.Context.Response, response.Result);
        return ValueTask.CompletedTask;
    }

    private static TRequest Read(ApiWire wire, ReadOnlySequence<byte> body)
    {
        TRequest request;
        try
        {
            request = wire.Read<TRequest>(body);
        }
        catch (FormatException exception)
        {
            throw new ApiException(ApiException.Serialization, $"The body cannot be read as {wire.ContentType}: {exception.Message}");
        }

        var check = new ShapeCheck();
        request.Check(check);
        return check.IsKept ? request : throw ApiException.Invalid(check.Sentence);
    }

    private static async ValueTask FinishAsync(HttpResponse response, ApiWire wire, ValueTask<TResponse> output) =>
        wire.Write(response, await output);
}
