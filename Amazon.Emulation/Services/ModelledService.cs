using System.Text.Json.Nodes;
using Amazon.Emulation.Models;
using Amazon.Emulation.Signatures;
using Amazon.Emulation.Wire;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.Services;

/// <summary>A service that a model describes: signature, model, effect, and the model once more for the answer.</summary>
internal sealed class ModelledService : IAwsService
{
    private readonly AwsEmulator _aws;
    private readonly ServiceModel _model;
    private readonly ServiceErrors _words;
    private readonly WireProtocol _protocol;
    private readonly OperationSet _operations;
    private readonly IReadOnlySet<string>? _regions;

    /// <param name="aws">Where it stands.</param>
    /// <param name="signingName">Its name in signatures.</param>
    /// <param name="model">Its model.</param>
    /// <param name="words">How it refuses.</param>
    /// <param name="protocol">What it speaks.</param>
    /// <param name="operations">What its operations do.</param>
    /// <param name="regions">The regions it is signed for; null for all of the emulator's.</param>
    public ModelledService(
        AwsEmulator aws,
        string signingName,
        ServiceModel model,
        ServiceErrors words,
        WireProtocol protocol,
        OperationSet operations,
        IReadOnlySet<string>? regions = null)
    {
        (_aws, SigningName, _model, _words, _protocol, _operations, _regions) = (aws, signingName, model, words, protocol, operations, regions);
        if (operations.Names.FirstOrDefault(name => !model.Operations.ContainsKey(name)) is { } unknown)
        {
            throw new InvalidOperationException($"{model.Id}'s model has no operation {unknown}.");
        }
    }

    public string SigningName { get; }

    public bool Claims(HttpRequest request) => _protocol.Claims(request);

    public async Task HandleAsync(HttpContext context)
    {
        var requestId = AwsEmulator.NextRequestId();
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var operation = _protocol.Find(context.Request);
        var call = new AwsCall
        {
            Service = SigningName,
            Operation = operation?.Name ?? _protocol.Asked(context.Request),
            RequestId = requestId,
        };
        try
        {
            var output = await AnswerAsync(context, operation, body.ToArray(), call);
            if (output is not null)
            {
                call.Status = operation!.Status;
                await _protocol.WriteAsync(context.Response, operation, output, requestId);
            }
        }
        catch (AwsError error)
        {
            await RefuseAsync(error.Code, error.Message, error.Status ?? _model.Shapes.GetValueOrDefault(error.Code)?.HttpStatus ?? 400);
        }
        catch (SignatureProblem problem)
        {
            var (code, status) = _protocol.Word(problem.Fault);
            await RefuseAsync(code, problem.Message, status);
        }
        catch (Exception exception) when (!context.RequestAborted.IsCancellationRequested)
        {
            _aws.Bugs.Enqueue(exception);
            await RefuseAsync("InternalFailure", $"The emulator has a bug: {exception.Message}", StatusCodes.Status500InternalServerError);
        }

        async Task RefuseAsync(string code, string message, int status)
        {
            (call.Status, call.ErrorCode) = (status, code);
            context.Response.StatusCode = status;
            await _protocol.WriteErrorAsync(context.Response, code, message, requestId);
        }
    }

    /// <returns>The output; null if there is nothing left to answer.</returns>
    private async Task<JsonObject?> AnswerAsync(
        HttpContext context, ModelOperation? operation, byte[] body, AwsCall call)
    {
        try
        {
            if (context.Request.Headers.Authorization.Count > 0 || !_operations.Public.Contains(call.Operation))
            {
                call.Signed = _aws.Signatures.Verify(context.Request, SignatureV4.Hash(body), SigningName, _regions ?? _aws.Rules.Regions);
            }

            if (operation is null || !_operations.Has(operation.Name))
            {
                var reason = operation is null ? "is not known" : "is not one that the emulator does";
                throw new AwsError("UnknownOperationException", $"The operation {call.Operation} {reason}.", 404);
            }

            call.Input = _protocol.Read(context.Request, operation, body);
            Check(operation, call.Input);
        }
        catch (Exception)
        {
            // what follows records the calls that got so far
            _aws.Calls.Add(call);
            throw;
        }

        JsonObject? output = null;
        var answer = await _aws.Runner.RunAsync(context, call, _words, () =>
        {
            output = Run(operation, call);

            return Task.CompletedTask;
        });
        if (!answer)
        {
            return null;
        }

        CheckAnswer(operation, output!);
        return output;
    }

    private JsonObject Run(ModelOperation operation, AwsCall call)
    {
        try
        {
            lock (_aws.State)
            {
                return _operations.Run(call);
            }
        }
        catch (AwsError error) when (error.Code != _words.Validation && error.Code != _words.Throttled.Code && !operation.Errors.Contains(error.Code))
        {
            throw new InvalidOperationException($"{operation.Name} has no error {error.Code}.", error);
        }
    }

    private void Check(ModelOperation operation, JsonObject input)
    {
        if (operation.Input is null)
        {
            return;
        }

        var check = ModelCheck.Of(_model, operation.Input, input);
        if (check.Unreadable.Count > 0)
        {
            throw new AwsError("SerializationException", string.Join("; ", check.Unreadable), 400);
        }

        if (check.Broken.Count > 0)
        {
            throw new AwsError(_words.Validation, check.Sentence, 400);
        }
    }

    /// <summary>An emulator that answers what the service cannot answer would teach its clients nonsense.</summary>
    private void CheckAnswer(ModelOperation operation, JsonObject output)
    {
        if (operation.Output is null)
        {
            if (output.Count > 0)
            {
                throw new InvalidOperationException($"{operation.Name} has no output, but the emulator gave {output.ToJsonString()}.");
            }

            return;
        }

        var check = ModelCheck.OfAnswer(_model, operation.Output, output);
        if (check.Unreadable.Count + check.Broken.Count > 0)
        {
            throw new InvalidOperationException(
                $"{operation.Name} cannot answer that: {string.Join("; ", check.Unreadable.Concat(check.Broken))}");
        }
    }
}
