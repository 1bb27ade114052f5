namespace Amazon.Emulation.Faults;

/// <summary>Something that goes wrong with a call, on command.</summary>
internal sealed record Fault
{
    private Fault()
    {
    }

    /// <summary>The service's own throttling answer.</summary>
    public static Fault Throttle { get; } = new() { Kind = FaultKind.Throttle };

    /// <summary>The service's own internal error, with status 500.</summary>
    public static Fault InternalError { get; } = new() { Kind = FaultKind.InternalError };

    /// <summary>Access denied, in AWS's sentence with the action and the caller.</summary>
    public static Fault Deny { get; } = new() { Kind = FaultKind.Deny };

    /// <summary>The key that signed the call is expired, from now on.</summary>
    public static Fault ExpireCredentials { get; } = new() { Kind = FaultKind.ExpireCredentials };

    /// <summary>The connection is cut before anything happened.</summary>
    public static Fault DropBefore { get; } = new() { Kind = FaultKind.DropBefore };

    /// <summary>The call does what it does, then the connection is cut instead of an answer.</summary>
    public static Fault DropAfter { get; } = new() { Kind = FaultKind.DropAfter };

    /// <summary>The call does what it does, and is answered with a web page.</summary>
    public static Fault Garbage { get; } = new() { Kind = FaultKind.Garbage };

    public FaultKind Kind { get; private init; }

    /// <summary>The error's code; a shape of the model gives its status.</summary>
    public string Code { get; private init; } = "";

    public string Message { get; private init; } = "";

    /// <summary>The status where the model does not say it.</summary>
    public int? Status { get; private init; }

    /// <summary>How long the call waits before it does what it does; longer than a test lives, for a call that hangs.</summary>
    public TimeSpan Wait { get; private init; }

    /// <summary>Any error.</summary>
    public static Fault Error(string code, string message, int? status = null) =>
        new() { Kind = FaultKind.Error, Code = code, Message = message, Status = status };

    /// <summary>The call waits first, by the emulator's clock.</summary>
    public static Fault Delay(TimeSpan wait) => new() { Kind = FaultKind.Delay, Wait = wait };
}

/// <summary>The kinds of faults.</summary>
internal enum FaultKind
{
    Throttle,
    InternalError,
    Deny,
    Error,
    Delay,
    DropBefore,
    DropAfter,
    Garbage,
    ExpireCredentials,
}
