using System.Globalization;
using Amazon.GameLift;
using Amazon.GameLift.Model;
using FleetBridge.Backends.Aws.Provisioning;

namespace FleetBridge.Backends.Aws.Builds;

/// <summary>
/// Who uploads a build: two of its tags, which are renewed during the upload. Another process takes the build up only when that one is
/// gone (decision 17).
/// </summary>
/// <param name="Maker">The process.</param>
/// <param name="Run">The upload: a process may run several.</param>
/// <param name="Renewed">When the mark was written.</param>
internal sealed record UploadMark(MakerProcess Maker, string Run, DateTimeOffset Renewed)
{
    /// <summary>How often a running upload renews its mark.</summary>
    public static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(30);

    private const string RenewedKey = "fleetbridge:renewed";
    private const char Separator = '/';

    /// <summary>A process of this machine that has not renewed its mark for so long has given the upload up.</summary>
    private static readonly TimeSpan OwnMachineLimit = TimeSpan.FromMinutes(5);

    /// <summary>As much for another machine, whose clock may differ: AWS accepts a difference of up to 15 minutes.</summary>
    private static readonly TimeSpan OtherMachineLimit = TimeSpan.FromMinutes(20);

    /// <summary>Nothing is uploaded for longer than this. It is for builds that have no mark: an older version has made them.</summary>
    private static readonly TimeSpan UnmarkedLimit = TimeSpan.FromDays(1);

    /// <summary>The mark of an upload of this process, as of now.</summary>
    public static UploadMark Of(AwsContext context, string run) => new(MakerProcess.Current, run, context.Clock.GetUtcNow());

    /// <summary>The mark in a build's tags; null when it has none.</summary>
    public static UploadMark? Find(IReadOnlyDictionary<string, string>? tags)
    {
        var parts = tags?.GetValueOrDefault(ResourceTags.MakerKey)?.Split(Separator) ?? [];
        return parts.Length == 5
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var processId)
            && DateTimeOffset.TryParse(
                tags!.GetValueOrDefault(RenewedKey), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var renewed)
            ? new UploadMark(new MakerProcess(parts[0], parts[1], processId, parts[3]), parts[4], renewed)
            : null;
    }

    /// <summary>The mark as tags.</summary>
    public Dictionary<string, string> ToMap() => new(StringComparer.Ordinal)
    {
        [ResourceTags.MakerKey] = string.Join(
            Separator, Maker.Machine, Maker.MachineId, Maker.ProcessId.ToString(CultureInfo.InvariantCulture), Maker.Started, Run),
        [RenewedKey] = Renewed.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
    };

    /// <summary>The tags of a build that nobody uploads any more.</summary>
    public static Dictionary<string, string> Released() => new(StringComparer.Ordinal) { [ResourceTags.MakerKey] = "" };

    /// <summary>Why a build that is INITIALIZED must be left to its maker, as the end of a sentence; null when nobody uploads it.</summary>
    /// <param name="build">The build.</param>
    /// <param name="tags">Its tags; null when they cannot be read.</param>
    /// <param name="now">The time.</param>
    public static string? Busy(Build build, IReadOnlyDictionary<string, string>? tags, DateTimeOffset now)
    {
        if (Find(tags) is { } mark)
        {
            var age = (now - mark.Renewed).Duration();
            var limit = mark.Maker.IsOnThisMachine ? OwnMachineLimit : OtherMachineLimit;
            return age > limit || mark.Maker.IsGone
                ? null
                : $"{mark.Maker.Machine} (process {mark.Maker.ProcessId}) is uploading it; it said so {age.TotalSeconds:0} s ago";
        }

        return tags?.ContainsKey(ResourceTags.PrefixKey) == true || now - build.CreationTime > UnmarkedLimit
            ? null
            : "it has no mark of who uploads it";
    }

    /// <summary>The ARN of a build, which older responses lack ("Amazon GameLift, resources in policies").</summary>
    public static string ArnOf(AwsContext context, Build build) => build.BuildArn
        ?? $"arn:{context.Clients.Region.PartitionName}:gamelift:{context.Region}::build/{build.BuildId}";

    /// <summary>A build that is to be deleted. One that somebody is uploading is kept.</summary>
    public static async Task<Candidate> CandidateAsync(AwsContext context, Build build)
    {
        var tags = await context.GameLiftTagsAsync(ArnOf(context, build)).ConfigureAwait(false);
        return new Candidate("build", build.Name!, build.BuildId!, tags)
        {
            Keep = build.Status == BuildStatus.INITIALIZED && Find(tags) is not null ? Busy(build, tags, context.Clock.GetUtcNow()) : null,
        };
    }
}
