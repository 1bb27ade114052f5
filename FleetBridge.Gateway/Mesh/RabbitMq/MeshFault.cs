using System.Net.Sockets;
using System.Security.Authentication;
using FleetBridge.Core.Security;
using RabbitMQ.Client.Exceptions;

namespace FleetBridge.Gateway.Mesh.RabbitMq;

/// <summary>Why there is no connection to the broker.</summary>
/// <param name="IsRefusal">Whether it needs a person: the broker is there, and has said no.</param>
/// <param name="Message">What happened and what to do, as a sentence.</param>
internal sealed record MeshFault(bool IsRefusal, string Message)
{
    private const int AccessRefused = 403;
    private const int ResourceLocked = 405;
    private const int PreconditionFailed = 406;
    private const int NotAllowed = 530;

    /// <summary>What an exception means.</summary>
    public static MeshFault Of(Exception exception, MeshAddress address)
    {
        var chain = Chain(exception).ToList();
        if (chain.Any(one => one is AuthenticationFailureException or PossibleAuthenticationFailureException))
        {
            return new MeshFault(
                true, $"The broker {address} has refused the login of the user '{ShortText.Of(address.User)}'. Correct the user or its password.");
        }

        if (chain.OfType<OperationInterruptedException>().FirstOrDefault()?.ShutdownReason is { } reason)
        {
            var said = ShortText.Of(reason.ReplyText, 300);
            return reason.ReplyCode switch
            {
                AccessRefused => new MeshFault(
                    true, $"The broker {address} has refused the user '{ShortText.Of(address.User)}' a right: {said}. 'rabbitmqctl set_permissions' gives it."),
                ResourceLocked => new MeshFault(
                    true, $"Another process on {address} has this name: {said}. Give one of both another name with --mesh-name."),
                PreconditionFailed => new MeshFault(
                    true, $"The broker {address} has it declared otherwise: {said}. Delete it there, and it is declared again as the services need it."),
                NotAllowed => new MeshFault(
                    true, $"The broker {address} does not let the user '{ShortText.Of(address.User)}' into the virtual host: {said}. Make it, or give the right."),
                _ => new MeshFault(false, $"The broker {address} has closed the connection: {said}."),
            };
        }

        if (chain.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
        {
            // the words of .NET for a date before or after which a certificate is worth nothing
            if (tls.Message.Contains("NotTimeValid", StringComparison.Ordinal))
            {
                return new MeshFault(
                    true, $"The certificate of the broker {address} has expired, or is not valid yet. Renew it, or correct the clock of this machine.");
            }

            return new MeshFault(
                true, $"The certificate of the broker {address} is not accepted: {ShortText.Of(tls.Message.TrimEnd('.'), 300)}. Renew it, or trust its authority.");
        }

        var deepest = chain.LastOrDefault(one => one is SocketException or IOException or TimeoutException) ?? chain[^1];
        return new MeshFault(false, $"The broker {address} cannot be reached: {ShortText.Of(deepest.Message.TrimEnd('.'), 300)}.");
    }

    private static IEnumerable<Exception> Chain(Exception exception)
    {
        for (Exception? one = exception; one is not null; one = one.InnerException)
        {
            if (one is AggregateException { InnerExceptions.Count: > 1 } several)
            {
                foreach (var inner in several.InnerExceptions.SelectMany(Chain))
                {
                    yield return inner;
                }
            }

            yield return one;
        }
    }
}

/// <summary>The broker is there, and has said no.</summary>
internal sealed class MeshRefusedException(string message) : Exception(message);
