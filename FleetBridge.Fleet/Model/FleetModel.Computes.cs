namespace FleetBridge.Fleet.Model;

internal sealed partial class FleetModel
{
    /// <summary>Issued tokens that are remembered.</summary>
    private const int TokenCount = 10_000;

    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(3);

    private readonly NumberedIndex<AuthToken> _tokensInOrder = new();

    public Compute? FindCompute(string fleetId, string computeName) => _computes.Find(Compute.KeyOf(fleetId, NameOfCompute(computeName)));

    /// <exception cref="FleetException">NotFoundException.</exception>
    public Compute GetCompute(string fleetIdOrArn, string computeName)
    {
        var fleet = GetFleet(fleetIdOrArn);
        return FindCompute(fleet.FleetId, computeName) ?? throw NotFound(
            $"Compute {computeName} is not registered with fleet {fleet.FleetId}. "
            + $"Its computes: {Listed(ComputesOf(fleet.FleetId).Select(one => one.ComputeName))}.");
    }

    /// <summary>A fleet's computes in the order of their registration.</summary>
    public IEnumerable<Compute> ComputesOf(string fleetId, string? location = null) => _computes.All
        .Where(one => one.FleetId == fleetId && (location is null || one.Location == location)).OrderBy(one => one.Number);

    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException, InvalidRequestException,
    /// ConflictException.</exception>
    public Compute RegisterCompute(NewCompute request)
    {
        var fleet = RequireActive(GetFleet(request.FleetId));
        var location = request.Location
            ?? throw Invalid($"Location is required for a compute of an ANYWHERE fleet. Fleet {fleet.FleetId} has {Listed(fleet.Locations)}.");
        var address = request.IpAddress ?? throw Invalid("IpAddress is required for a compute of an ANYWHERE fleet.");
        if (!fleet.Locations.Contains(location))
        {
            throw Invalid($"Fleet {fleet.FleetId} has no location {location}. It has {Listed(fleet.Locations)}.");
        }

        if (FindCompute(fleet.FleetId, request.ComputeName) is not null)
        {
            throw new FleetException(
                FleetErrors.Conflict, $"Compute {request.ComputeName} is registered with fleet {fleet.FleetId} already.");
        }

        return _computes.Set(new Compute
        {
            FleetId = fleet.FleetId,
            ComputeName = request.ComputeName,
            ComputeArn = Arn(request.Region, $"compute/{request.ComputeName}"),
            IpAddress = address,
            DnsName = request.DnsName,
            Location = location,
            CertificatePath = request.CertificatePath,
            CreationTime = Now,
            Number = NextNumber(),
        });
    }

    /// <summary>Its servers keep their sessions, and take no new ones.</summary>
    /// <exception cref="FleetException">NotFoundException.</exception>
    public void DeregisterCompute(string fleetIdOrArn, string computeName) => RemoveCompute(GetCompute(fleetIdOrArn, computeName));

    /// <summary>A new token for the servers of a compute.</summary>
    /// <exception cref="FleetException">NotFoundException, InvalidFleetStatusException.</exception>
    public AuthToken IssueAuthToken(string fleetIdOrArn, string computeName)
    {
        var compute = GetCompute(fleetIdOrArn, computeName);
        RequireActive(GetFleet(compute.FleetId));
        var issued = _tokens.Set(new AuthToken(_newGuid().ToString(), compute.FleetId, compute.ComputeName, Now + TokenLife, NextNumber()));
        if (_tokensInOrder is { Count: > TokenCount, First: { } oldest })
        {
            _tokens.Remove(oldest.Token);
        }

        return issued;
    }

    /// <summary>Whether this host has issued the token, however long ago, for that fleet and compute.</summary>
    public bool IsIssued(string token, string fleetId, string computeName) =>
        _tokens.Find(token) is { } known && known.FleetId == fleetId && known.ComputeName == computeName;

    private void OnTokenChanged(AuthToken? before, AuthToken? after)
    {
        if (after is not null)
        {
            _tokensInOrder.Set(after.Number, after);
        }
        else
        {
            _tokensInOrder.Remove(before!.Number);
        }
    }

    private void RemoveCompute(Compute compute)
    {
        _computes.Remove(Compute.KeyOf(compute.FleetId, compute.ComputeName));
        foreach (var process in ProcessesOf(compute.FleetId).Where(one => one.ComputeName == compute.ComputeName).ToList())
        {
            _processes.Set(process with { IsRetired = true });
        }
    }

    private static string NameOfCompute(string nameOrArn) => IdIn(nameOrArn, "compute");
}
