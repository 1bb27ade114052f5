using System.Text.Json.Nodes;

namespace Amazon.Emulation.Lambda;

/// <summary>A function.</summary>
internal sealed class LambdaFunction
{
    public required string Name { get; init; }

    public required string Arn { get; init; }

    /// <summary>Role, Runtime, Handler, Environment and the like, as FunctionConfiguration names them.</summary>
    public required JsonObject Settings { get; init; }

    /// <summary>Its tags.</summary>
    public JsonObject Tags { get; init; } = [];

    /// <summary>The zip.</summary>
    public required byte[] Zip { get; set; }

    public required DateTimeOffset Modified { get; set; }

    /// <summary>Changes with every change.</summary>
    public string Revision { get; set; } = Guid.NewGuid().ToString();

    /// <summary>How often it is still looked at before it is Active.</summary>
    public int LooksUntilActive { get; set; }

    /// <summary>How often it is still looked at before its update is through; null if it was never updated.</summary>
    public int? LooksUntilUpdated { get; set; }

    /// <summary>The statements of its resource policy, in order.</summary>
    public List<JsonObject> Statements { get; } = [];

    public bool IsPending => LooksUntilActive > 0;

    public bool IsUpdating => LooksUntilUpdated > 0;

    /// <summary>Counts a look; the state that is seen is the one before.</summary>
    public JsonObject Seen()
    {
        var seen = ToJson();
        LooksUntilActive = Math.Max(0, LooksUntilActive - 1);
        LooksUntilUpdated -= IsUpdating ? 1 : 0;
        return seen;
    }

    public JsonObject ToJson()
    {
        var json = (JsonObject)Settings.DeepClone();
        json["FunctionName"] = Name;
        json["FunctionArn"] = Arn;
        json["CodeSize"] = Zip.LongLength;
        json["CodeSha256"] = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Zip));
        json["LastModified"] = Modified.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'+0000'", System.Globalization.CultureInfo.InvariantCulture);
        json["Version"] = "$LATEST";
        json["RevisionId"] = Revision;
        json["PackageType"] = "Zip";
        json["Timeout"] ??= 3;
        json["MemorySize"] ??= 128;
        json["Architectures"] ??= new JsonArray("x86_64");
        json["State"] = IsPending ? "Pending" : "Active";
        if (IsPending)
        {
            json["StateReason"] = "The function is being created.";
            json["StateReasonCode"] = "Creating";
        }
        else
        {
            json["LastUpdateStatus"] = IsUpdating ? "InProgress" : "Successful";
        }

        return json;
    }
}
