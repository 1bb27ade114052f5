using Amazon.Emulation.Faults;
using Amazon.Emulation.Signatures;
using Amazon.Emulation.Wire;
using Microsoft.AspNetCore.Http;

namespace Amazon.Emulation.Services;

/// <summary>What every call of every service goes through: the record, the test's hooks, and the faults on command.</summary>
internal sealed class CallRunner(AwsEmulator aws)
{
    private const string WebPage = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body>Hello</body></html>";

    /// <summary>Runs a call.</summary>
    /// <param name="context">Its request.</param>
    /// <param name="call">The call.</param>
    /// <param name="words">How its service refuses.</param>
    /// <param name="effect">What it does.</param>
    /// <returns>Whether the call is still to be answered: not, when the connection was cut or garbage was sent.</returns>
    /// <exception cref="AwsError">The planned error, or the effect's own.</exception>
    public async Task<bool> RunAsync(HttpContext context, AwsCall call, ServiceErrors words, Func<Task> effect)
    {
        aws.Calls.Add(call);
        if (aws.BeforeEffect is { } before)
        {
            await before(call);
        }

        if (new[] { words.Action(call), words.Tagging(call) }.FirstOrDefault(action => aws.Rules.DeniedActions.Contains(action ?? "")) is { } denied)
        {
            throw Denied(call, words, denied);
        }

        var fault = aws.Faults.Take(call.Service, call.Operation);
        switch (fault?.Kind)
        {
            case FaultKind.Throttle:
                throw new AwsError(words.Throttled.Code, words.Throttled.Message, words.Throttled.Status);
            case FaultKind.InternalError:
                throw new AwsError(words.Internal, "We encountered an internal error. Please try again.", 500);
            case FaultKind.Deny:
                throw Denied(call, words, words.Action(call));
            case FaultKind.Error:
                throw new AwsError(fault.Code, fault.Message, fault.Status);
            case FaultKind.ExpireCredentials:
                call.Signed!.Key.Expires = aws.Clock.GetUtcNow();
                throw new SignatureProblem(SignatureFault.Expired, "The security token included in the request is expired");
            case FaultKind.DropBefore:
                context.Abort();
                return false;
            case FaultKind.Delay:
                await Task.Delay(fault.Wait, aws.Clock, context.RequestAborted);
                break;
        }

        await effect();
        if (aws.AfterEffect is { } after)
        {
            await after(call);
        }

        switch (fault?.Kind)
        {
            case FaultKind.DropAfter:
                context.Abort();
                return false;
            case FaultKind.Garbage:
                call.Status = StatusCodes.Status200OK;
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync(WebPage);
                return false;
            default:
                return true;
        }
    }

    /// <param name="action">The action; with a resource of its own behind it where that differs from the call's.</param>
    private static AwsError Denied(AwsCall call, ServiceErrors words, string action)
    {
        var what = action.Contains(' ', StringComparison.Ordinal) ? action : $"{action} on resource: {words.Resource(call)}";
        return new(
            words.Denied.Code,
            $"User: {call.Signed?.Key.Arn ?? "anonymous"} is not authorized to perform: {what} " +
            $"because no identity-based policy allows the {action.Split(' ')[0]} action",
            words.Denied.Status);
    }
}
