using FleetBridge.Fleet.Model;

namespace FleetBridge.Fleet.Control;

/// <summary>A change that waits for its turn, and then for the store.</summary>
internal abstract class FleetWork
{
    /// <summary>Why it was refused; null when it was done.</summary>
    protected Exception? Error { get; private set; }

    /// <summary>Applies it; what it did is taken back when it throws.</summary>
    public void Apply(FleetModel model)
    {
        Error = null;
        var savepoint = model.Transition.Save();
        try
        {
            Change(model);
        }
        catch (Exception error)
        {
            // also a bug: whoever asked gets it, and the model is as it was
            model.Transition.UndoTo(savepoint);
            Error = error;
        }
    }

    /// <summary>It could not be stored, and was taken back.</summary>
    public void Fail(Exception error) => Error ??= error;

    /// <summary>It is stored: happens before anybody is told.</summary>
    public virtual void Stored()
    {
    }

    /// <summary>Tells whoever asked.</summary>
    public abstract void Complete();

    protected abstract void Change(FleetModel model);
}

/// <inheritdoc cref="FleetWork"/>
internal sealed class FleetWork<T>(Func<FleetModel, T> change, Action<T>? stored) : FleetWork
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Task => _done.Task;

    public override void Stored()
    {
        if (Error is null)
        {
            stored?.Invoke(_result);
        }
    }

    public override void Complete()
    {
        if (Error is null)
        {
            _done.SetResult(_result);
        }
        else
        {
            _done.SetException(Error);
        }
    }

    protected override void Change(FleetModel model) => _result = change(model);
}
